/** Below the rows: how many there are, totals on demand, and the sum of what is selected. */
import { Menu } from '@mantine/core';
import { IconCheck, IconPlus } from '@tabler/icons-react';
import { memo } from 'react';
import { count, t } from '../../i18n';
import type { Filter } from '../../lib/filter';
import type { Json } from '../../lib/json';
import { useAggregate } from '../data/aggregate';
import css from './grid.module.css';
import type { ColumnBox, Layout } from './layout';
import type { GridColumn } from './model';
import { countTotal, isTotal, measureOf, totalLabel, totalsOf, type Total } from './totals';

export interface FooterProps {
  ws: string;
  entity: string;
  filter: Filter | undefined;
  rowCount: number;
  columns: GridColumn[];
  layout: Layout;
  drawn: ColumnBox[];
  /** Chosen totals by field. */
  totals: Record<string, string>;
  onTotal: (field: string, total: Total | null) => void;
  /** What is selected, in words. */
  summary: string | null;
}

export const Footer = memo(function Footer(props: FooterProps) {
  const { columns, layout, rowCount } = props;
  const chosen = columns.flatMap(({ name, field }) => {
    const total = props.totals[name];
    return isTotal(total, field) ? [{ name, total }] : [];
  });
  const { data } = useAggregate({
    ws: props.ws,
    entity: props.entity,
    filter: props.filter,
    measures: chosen.map(({ name, total }) => measureOf(total, name)),
    enabled: chosen.length > 0,
  });
  const cell = (box: ColumnBox) => {
    const column = columns[box.index];
    if (!column) return null;
    const at = chosen.findIndex(({ name }) => name === column.name);
    return (
      <FooterCell
        key={column.name}
        column={column}
        box={box}
        total={chosen[at]?.total}
        value={data?.[0]?.values[at]}
        rowCount={rowCount}
        onTotal={props.onTotal}
      />
    );
  };
  return (
    <div className={css.footer} style={{ width: layout.totalWidth }}>
      <div className={css.frozen} style={{ width: layout.frozenWidth }}>
        <span
          className={css.footerCount}
          style={{ maxWidth: layout.frozenWidth - 12 }}
          role="status"
        >
          {props.summary ?? t.views.grid.count(rowCount, count(rowCount))}
        </span>
      </div>
      {props.drawn.map(cell)}
    </div>
  );
});

interface FooterCellProps {
  column: GridColumn;
  box: ColumnBox;
  total: Total | undefined;
  value: Json | undefined;
  rowCount: number;
  onTotal: FooterProps['onTotal'];
}

function FooterCell({ column, box, total, value, rowCount, onTotal }: FooterCellProps) {
  const options = totalsOf(column.field);
  if (options.length === 0) return null;
  const { Cell } = column.kind;
  const show = (known: Total) =>
    value === undefined
      ? '…'
      : (countTotal(known, value, rowCount) ?? (
          <Cell value={value} field={column.field} place="cell" />
        ));
  return (
    <div className={css.footerCell} style={{ left: box.left, width: box.width }}>
      <Menu position="top-end" withinPortal returnFocus>
        <Menu.Target>
          <button type="button" className={total ? css.total : css.totalEmpty} tabIndex={-1}>
            {total ? (
              <>
                <span className={css.totalName}>{totalLabel(total)}</span>
                <span className={css.totalValue}>{show(total)}</span>
              </>
            ) : (
              <>
                <IconPlus size={12} stroke={1.5} aria-hidden />
                {t.views.totals.add}
              </>
            )}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <TotalItems
            options={options}
            total={total}
            onTotal={(next) => onTotal(column.name, next)}
          />
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

interface TotalItemsProps {
  options: Total[];
  total: Total | undefined;
  onTotal: (total: Total | null) => void;
}

export function TotalItems({ options, total, onTotal }: TotalItemsProps) {
  const mark = (isOn: boolean) => (isOn ? <IconCheck size={14} stroke={1.5} aria-hidden /> : null);
  return (
    <>
      <Menu.Item rightSection={mark(total === undefined)} onClick={() => onTotal(null)}>
        {t.views.totals.none}
      </Menu.Item>
      {options.map((option) => (
        <Menu.Item
          key={option}
          rightSection={mark(total === option)}
          onClick={() => onTotal(option)}
        >
          {totalLabel(option)}
        </Menu.Item>
      ))}
    </>
  );
}
