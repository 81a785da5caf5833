// What is selected in the grid: one active cell, a rectangle that grows from it, and ticked records.
// A pure reducer, so that mouse, keyboard and tests share one meaning.
import type { Rectangle } from './clipboard';

/** A cell by row and column number, both from 0. */
export interface CellAt {
  row: number;
  column: number;
}

/** The whole selection. The rectangle lies between `active` and `head`. */
export interface Selection {
  active: CellAt;
  head: CellAt;
  /** Ids of ticked records; they stay ticked while rows move. */
  ticked: ReadonlySet<string>;
  /** Row of the last tick, from which Shift extends. */
  tickedFrom: number | null;
  /** Column where a run of Tab entries began; Enter returns there, one row down. */
  runFrom: number | null;
}

/** Size of the grid that the selection lives in. */
export interface Extent {
  rows: number;
  columns: number;
}

/** Steps of the keyboard and of the mouse. */
export type SelectAction =
  | { type: 'at'; cell: CellAt; extend?: boolean }
  | { type: 'move'; rows: number; columns: number; extend?: boolean }
  | { type: 'edge'; to: 'row_start' | 'row_end' | 'top' | 'bottom'; extend?: boolean }
  | { type: 'corner'; to: 'first' | 'last'; extend?: boolean }
  | { type: 'next'; by: 1 | -1 }
  | { type: 'enter'; by: 1 | -1 }
  | { type: 'everything' }
  | { type: 'whole_row' }
  | { type: 'whole_column'; column: number }
  | { type: 'collapse' }
  | { type: 'tick'; id: string; row: number }
  | { type: 'tick_many'; ids: readonly string[]; row: number | null }
  | { type: 'untick'; ids?: readonly string[] }
  | { type: 'shift'; rows: number }
  | { type: 'start_over' }
  | { type: 'shift_columns'; order: readonly number[] };

const NOTHING_TICKED: ReadonlySet<string> = new Set();

/** The selection when a view opens. */
export const START: Selection = {
  active: { row: 0, column: 0 },
  head: { row: 0, column: 0 },
  ticked: NOTHING_TICKED,
  tickedFrom: null,
  runFrom: null,
};

const clamp = (value: number, count: number) =>
  Math.min(Math.max(value, 0), Math.max(count - 1, 0));

const within = (cell: CellAt, extent: Extent): CellAt => ({
  row: clamp(cell.row, extent.rows),
  column: clamp(cell.column, extent.columns),
});

/** The selected rectangle, ends included. */
export function rectangle({ active, head }: Selection): Rectangle {
  return {
    top: Math.min(active.row, head.row),
    left: Math.min(active.column, head.column),
    bottom: Math.max(active.row, head.row),
    right: Math.max(active.column, head.column),
  };
}

/** True when more than the active cell is selected. */
export function isRange({ active, head }: Selection): boolean {
  return active.row !== head.row || active.column !== head.column;
}

/** The same selection inside a grid that became smaller; identical when nothing had to change. */
export function fit(selection: Selection, extent: Extent): Selection {
  const active = within(selection.active, extent);
  const head = within(selection.head, extent);
  const same = sameCell(active, selection.active) && sameCell(head, selection.head);
  return same ? selection : { ...selection, active, head };
}

const sameCell = (a: CellAt, b: CellAt) => a.row === b.row && a.column === b.column;

function put(selection: Selection, cell: CellAt, extent: Extent, extend = false): Selection {
  const head = within(cell, extent);
  if (extend) return { ...selection, head, runFrom: null };
  return { ...selection, active: head, head, runFrom: null };
}

/** One step. Never leaves the grid. */
export function select(selection: Selection, action: SelectAction, extent: Extent): Selection {
  switch (action.type) {
    case 'at':
      return put(selection, action.cell, extent, action.extend);
    case 'move': {
      const from = action.extend ? selection.head : selection.active;
      const cell = { row: from.row + action.rows, column: from.column + action.columns };
      return put(selection, cell, extent, action.extend);
    }
    case 'edge':
      return put(
        selection,
        edgeCell(selection, action.to, action.extend, extent),
        extent,
        action.extend,
      );
    case 'corner': {
      const cell =
        action.to === 'first'
          ? { row: 0, column: 0 }
          : { row: extent.rows - 1, column: extent.columns - 1 };
      return put(selection, cell, extent, action.extend);
    }
    case 'next':
      return nextInRun(selection, action.by, extent);
    case 'enter':
      return enter(selection, action.by, extent);
    case 'everything':
      return {
        ...selection,
        active: { row: 0, column: 0 },
        head: within({ row: extent.rows - 1, column: extent.columns - 1 }, extent),
      };
    case 'whole_row':
      return span(selection, extent, { left: 0, right: extent.columns - 1 });
    case 'whole_column':
      return span(selection, extent, { column: action.column });
    case 'collapse':
      return { ...selection, head: selection.active, runFrom: null };
    case 'start_over':
      return {
        ...START,
        active: within({ ...selection.active, row: 0 }, extent),
        head: within({ ...selection.active, row: 0 }, extent),
      };
    case 'shift':
      return shifted(selection, action.rows, extent);
    case 'shift_columns':
      return reordered(selection, action.order, extent);
    default:
      return tick(selection, action);
  }
}

function edgeCell(
  selection: Selection,
  to: 'row_start' | 'row_end' | 'top' | 'bottom',
  extend: boolean | undefined,
  extent: Extent,
): CellAt {
  const from = extend ? selection.head : selection.active;
  if (to === 'row_start') return { ...from, column: 0 };
  if (to === 'row_end') return { ...from, column: extent.columns - 1 };
  return { ...from, row: to === 'top' ? 0 : extent.rows - 1 };
}

function nextInRun(selection: Selection, by: 1 | -1, extent: Extent): Selection {
  const runFrom = selection.runFrom ?? selection.active.column;
  let { row, column } = selection.active;
  column += by;
  if (column >= extent.columns && row < extent.rows - 1) [row, column] = [row + 1, 0];
  if (column < 0 && row > 0) [row, column] = [row - 1, extent.columns - 1];
  return { ...put(selection, { row, column }, extent), runFrom };
}

function enter(selection: Selection, by: 1 | -1, extent: Extent): Selection {
  const column = selection.runFrom ?? selection.active.column;
  return put(selection, { row: selection.active.row + by, column }, extent);
}

function span(
  selection: Selection,
  extent: Extent,
  to: { left: number; right: number } | { column: number },
): Selection {
  if ('column' in to) {
    const active = within({ row: 0, column: to.column }, extent);
    return {
      ...selection,
      active,
      head: within({ row: extent.rows - 1, column: to.column }, extent),
    };
  }
  const { active, head } = selection;
  return {
    ...selection,
    active: within({ row: active.row, column: to.left }, extent),
    head: within({ row: head.row, column: to.right }, extent),
  };
}

function shifted(selection: Selection, rows: number, extent: Extent): Selection {
  if (rows === 0) return selection;
  const move = (cell: CellAt) => within({ ...cell, row: cell.row + rows }, extent);
  return {
    ...selection,
    active: move(selection.active),
    head: move(selection.head),
    tickedFrom: selection.tickedFrom === null ? null : selection.tickedFrom + rows,
  };
}

/** Columns were moved: `order[i]` is the old number of the column that is now at `i`. */
function reordered(selection: Selection, order: readonly number[], extent: Extent): Selection {
  const column = order.indexOf(selection.active.column);
  return put(selection, { ...selection.active, column: Math.max(column, 0) }, extent);
}

function tick(
  selection: Selection,
  action: Extract<SelectAction, { type: 'tick' | 'tick_many' | 'untick' }>,
): Selection {
  if (action.type === 'untick') {
    if (!action.ids) return { ...selection, ticked: NOTHING_TICKED, tickedFrom: null };
    const left = new Set(selection.ticked);
    for (const id of action.ids) left.delete(id);
    return { ...selection, ticked: left };
  }
  const ticked = new Set(selection.ticked);
  if (action.type === 'tick_many') {
    for (const id of action.ids) ticked.add(id);
    return { ...selection, ticked, tickedFrom: action.row ?? selection.tickedFrom };
  }
  if (!ticked.delete(action.id)) ticked.add(action.id);
  return { ...selection, ticked, tickedFrom: action.row };
}

/** First and last row between the last tick and `row`, for Shift. */
export function tickSpan(selection: Selection, row: number): { first: number; last: number } {
  const from = selection.tickedFrom ?? row;
  return { first: Math.min(from, row), last: Math.max(from, row) };
}
