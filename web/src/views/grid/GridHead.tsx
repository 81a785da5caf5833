/** The row of heads, and the box that ticks every row. */
import { Checkbox } from '@mantine/core';
import { memo } from 'react';
import { t } from '../../i18n';
import { AddColumn, type AddColumnProps } from './AddColumn';
import type { Rows } from '../data/rows';
import { isTooMany } from './bulk';
import css from './grid.module.css';
import { HeaderCell, type HeaderActions } from './HeaderCell';
import { GUTTER_WIDTH, type ColumnBox, type Layout } from './layout';
import type { GridColumn } from './model';
import type { ColumnsState } from './use_columns';
import type { GridModel } from './grid_model';

interface GridHeadProps extends Pick<AddColumnProps, 'ws' | 'entity' | 'can' | 'onAdd'> {
  columns: GridColumn[];
  layout: Layout;
  drawn: ColumnBox[];
  sort: string[];
  totals: Record<string, string>;
  /** The head that has the focus; null: a cell has it. */
  focused: number | null;
  heads: HeaderActions;
  drag: ColumnsState['drag'];
  rows: Rows;
  rowCount: number;
  grid: GridModel;
  /** How many rows are ticked. */
  ticked: number;
}

export const GridHead = memo(function GridHead(props: GridHeadProps) {
  const { columns, layout, heads } = props;
  const head = ({ index, left }: ColumnBox) => {
    const column = columns[index];
    if (!column) return null;
    return (
      <HeaderCell
        key={column.name}
        column={column}
        index={index}
        columnCount={columns.length}
        left={left}
        sort={props.sort}
        isFocused={props.focused === index}
        isDropTarget={dropSide(props.drag, index)}
        total={props.totals[column.name]}
        actions={heads}
      />
    );
  };
  return (
    <div role="rowgroup" className={css.headers} style={{ width: layout.totalWidth }}>
      <div role="row" aria-rowindex={1} className={css.headerRow}>
        <div className={css.frozen} style={{ width: layout.frozenWidth }}>
          <TickAll {...props} />
          {layout.frozen && head(layout.frozen)}
        </div>
        {props.drawn.map(head)}
        <div role="columnheader" aria-label={t.views.header.add}>
          <AddColumn {...props} left={layout.columnsWidth + 8} />
        </div>
      </div>
    </div>
  );
});

function dropSide(drag: ColumnsState['drag'], index: number): 'before' | 'after' | undefined {
  if (!drag || drag.to !== index || drag.from === drag.to) return undefined;
  return drag.to < drag.from ? 'before' : 'after';
}

function TickAll({ rows, rowCount: total, grid, ticked }: GridHeadProps) {
  const toggle = async () => {
    if (ticked > 0) return grid.select({ type: 'untick' });
    if (isTooMany(total)) return undefined;
    const loaded = await rows.load(0, total);
    const ids = loaded.map((record) => record.id);
    return grid.select({ type: 'tick_many', ids, row: null });
  };
  return (
    <div
      role="columnheader"
      aria-colindex={1}
      className={css.corner}
      style={{ width: GUTTER_WIDTH }}
    >
      <Checkbox
        size="xs"
        tabIndex={-1}
        aria-label={t.views.grid.tickAll}
        checked={total > 0 && ticked >= total}
        indeterminate={ticked > 0 && ticked < total}
        onChange={() => void toggle()}
      />
    </div>
  );
}
