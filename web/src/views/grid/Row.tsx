/** One row: gutter, frozen cell, the cells in sight. Redrawn only when something in it changed. */
import { IconArrowsDiagonal } from '@tabler/icons-react';
import { memo } from 'react';
import type { RecordRow } from '../../api/types';
import { count, t } from '../../i18n';
import type { Draft } from '../data/edits';
import { Cell } from './Cell';
import css from './grid.module.css';
import { GUTTER_WIDTH, type ColumnBox, type Layout } from './layout';
import { shownValue, type Editing, type GridColumn } from './model';
import type { GridModel } from './grid_model';

export interface RowProps {
  row: number;
  record: RecordRow | undefined;
  draft: Draft | undefined;
  columns: GridColumn[];
  layout: Layout;
  /** Scrolling columns to draw, as positions in the layout; `last` is exclusive. */
  first: number;
  last: number;
  y: number;
  height: number;
  /** Column of the active cell when it is in this row, else -1. */
  active: number;
  /** Selected columns in this row, both included; -1: none. */
  from: number;
  to: number;
  isTopOfRange: boolean;
  isBottomOfRange: boolean;
  isTicked: boolean;
  editing: Editing | null;
  grid: GridModel;
}

export const Row = memo(function Row(props: RowProps) {
  const { row, record, draft, columns, layout, active } = props;
  const drawn = layout.boxes.slice(props.first, props.last);
  const isDrawn = (box: ColumnBox) => box.index === active;
  const activeBox = layout.boxes.find(isDrawn);
  // The active cell holds the focus, so it is drawn even when it is out of sight.
  if (activeBox && !drawn.some(isDrawn)) drawn.push(activeBox);

  const cell = (box: ColumnBox) => {
    const column = columns[box.index];
    if (!column) return null;
    if (!record) return <Blank key={column.name} box={box} isActive={active === box.index} />;
    return (
      <Cell
        key={column.name}
        column={column}
        index={box.index}
        left={box.left}
        record={record}
        value={shownValue(record, draft, column.name)}
        fault={draft?.faults[column.name]}
        isPending={draft !== undefined && draft.saving > 0 && column.name in draft.values}
        isActive={active === box.index}
        selection={edges(props, box.index)}
        editing={props.editing?.column === box.index ? props.editing : undefined}
        grid={props.grid}
      />
    );
  };
  return (
    <div
      role="row"
      className={props.isTicked ? `${css.row} ${css.ticked}` : css.row}
      style={{ top: props.y, height: props.height, width: layout.totalWidth }}
      data-row={row}
      aria-rowindex={row + 2}
      aria-busy={record ? undefined : true}
    >
      <div className={css.frozen} style={{ width: layout.frozenWidth }}>
        <Gutter row={row} record={record} isTicked={props.isTicked} />
        {layout.frozen && cell(layout.frozen)}
      </div>
      {drawn.map(cell)}
    </div>
  );
});

/** Classes of the selection's border at a cell; undefined when the cell is not selected. */
function edges(props: RowProps, index: number): string | undefined {
  if (index < props.from || index > props.to) return undefined;
  return [
    props.isTopOfRange && css.edgeTop,
    props.isBottomOfRange && css.edgeBottom,
    index === props.from && css.edgeLeft,
    index === props.to && css.edgeRight,
  ]
    .filter(Boolean)
    .join(' ');
}

/** A cell that is still to be loaded; it can hold the focus like any other. */
function Blank({ box, isActive }: { box: ColumnBox; isActive: boolean }) {
  const share = 35 + ((box.index * 37) % 45);
  return (
    <div
      role="gridcell"
      aria-colindex={box.index + 2}
      aria-label={t.views.grid.loading}
      className={isActive ? `${css.cell} ${css.active}` : css.cell}
      style={{ left: box.left, width: box.width }}
      data-column={box.index}
      tabIndex={isActive ? 0 : undefined}
      data-focus={isActive || undefined}
    >
      <div className={css.blank} style={{ width: `${share}%` }} />
    </div>
  );
}

interface GutterProps {
  row: number;
  record: RecordRow | undefined;
  isTicked: boolean;
}

function Gutter({ row, record, isTicked }: GutterProps) {
  const number = count(row + 1);
  return (
    <div
      role="rowheader"
      aria-label={number}
      aria-colindex={1}
      className={css.gutter}
      style={{ width: GUTTER_WIDTH }}
    >
      <span className={css.number}>{number}</span>
      {record && (
        <>
          <input
            type="checkbox"
            className={css.tick}
            checked={isTicked}
            readOnly
            tabIndex={-1}
            aria-label={t.views.grid.tick(number)}
            data-tick={row}
          />
          <button
            type="button"
            className={css.open}
            tabIndex={-1}
            aria-label={t.views.grid.open}
            title={t.views.grid.open}
            data-open={row}
          >
            <IconArrowsDiagonal size={14} stroke={1.5} aria-hidden />
          </button>
        </>
      )}
    </div>
  );
}
