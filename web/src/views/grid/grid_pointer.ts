/** Selecting, ticking and editing with the mouse: click, Shift, drag, double click. */
import type { MouseEvent } from 'react';
import type { Rows } from '../data/rows';
import type { GridColumn } from './model';
import type { CellAt } from './select';
import { rectangle, tickSpan } from './select';
import type { GridModel } from './grid_model';

export interface PointerOptions {
  grid: GridModel;
  rows: Rows;
  columns: GridColumn[];
  onPeek: (id: string) => void;
  onMenu: (place: { x: number; y: number }) => void;
}

const DRAG_STEP_MS = 60;

function cellOf(target: EventTarget | null): CellAt | null {
  if (!(target instanceof Element)) return null;
  const cell = target.closest<HTMLElement>('[role=gridcell][data-column]');
  const row = cell?.closest<HTMLElement>('[data-row]');
  if (!cell || !row) return null;
  return { row: Number(row.dataset['row']), column: Number(cell.dataset['column']) };
}

/** Handlers for the grid's root. */
export function gridPointer(options: PointerOptions) {
  const { grid, rows, columns, onPeek } = options;

  const tick = (row: number, isSpan: boolean) => {
    const { selection } = grid;
    const record = rows.at(row);
    if (!record) return;
    if (!isSpan || selection.tickedFrom === null) {
      grid.select({ type: 'tick', id: record.id, row });
      return;
    }
    const { first, last } = tickSpan(selection, row);
    void rows
      .load(first, last + 1)
      .then((loaded) => grid.select({ type: 'tick_many', ids: loaded.map(({ id }) => id), row }));
  };

  const onMouseDown = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    // Lists of an editor are drawn elsewhere, but their events come through here.
    if (event.button !== 0 || !event.currentTarget.contains(target)) return;
    const control = target.closest<HTMLElement>('[data-tick], [data-open]');
    const { open, tick: ticked } = control?.dataset ?? {};
    if (open !== undefined || ticked !== undefined) {
      event.preventDefault();
      grid.leave();
      const record = rows.at(Number(open));
      if (ticked !== undefined) tick(Number(ticked), event.shiftKey);
      else if (record) onPeek(record.id);
      return;
    }
    const cell = cellOf(target);
    if (!cell) return;
    const { selection, editing } = grid.state;
    const isSame = (at: CellAt) => at.row === cell.row && at.column === cell.column;
    if (editing && isSame(editing)) return;
    event.preventDefault();
    grid.leave();
    grid.wasActive = isSame(selection.active) && !event.shiftKey;
    grid.select({ type: 'at', cell, extend: event.shiftKey });
    followDrag(event.currentTarget.parentElement!, grid, cell);
  };

  const onClick = (event: MouseEvent) => {
    const cell = cellOf(event.target);
    const { selection, editing } = grid.state;
    if (!cell || editing || !grid.wasActive || (event.target as Element).closest('a')) return;
    const isSame = selection.head.row === cell.row && selection.head.column === cell.column;
    // A second click on a choice opens it; text waits for a double click.
    if (isSame && !columns[cell.column]?.kind.typing) grid.edit();
  };

  const onDoubleClick = (event: MouseEvent) => {
    if (cellOf(event.target) && !grid.state.editing) grid.edit();
  };

  const onContextMenu = (event: MouseEvent) => {
    const cell = cellOf(event.target);
    const { selection, editing } = grid.state;
    // While typing, and on links, the browser's own menu is the useful one.
    if (!cell || editing || event.shiftKey || (event.target as Element).closest('a')) return;
    event.preventDefault();
    const { top, bottom, left, right } = rectangle(selection);
    const isInside =
      cell.row >= top && cell.row <= bottom && cell.column >= left && cell.column <= right;
    if (!isInside) grid.select({ type: 'at', cell });
    options.onMenu({ x: event.clientX, y: event.clientY });
  };

  return { onMouseDown, onClick, onDoubleClick, onContextMenu };
}

/** Extends the range while the button is down; beyond the edge the rows move along. */
function followDrag(box: Element, grid: GridModel, from: CellAt): void {
  let last = from;
  let beyond = 0;
  const extendTo = (cell: CellAt) => {
    if (cell.row === last.row && cell.column === last.column) return;
    last = cell;
    grid.select({ type: 'at', cell, extend: true });
  };
  const timer = setInterval(() => {
    if (beyond !== 0) extendTo({ row: Math.max(last.row + beyond, 0), column: last.column });
  }, DRAG_STEP_MS);
  const onMove = (event: globalThis.MouseEvent) => {
    const { top, bottom } = box.getBoundingClientRect();
    beyond = event.clientY < top + 34 ? -1 : event.clientY > bottom - 34 ? 1 : 0;
    const cell = beyond === 0 && cellOf(document.elementFromPoint(event.clientX, event.clientY));
    if (cell) extendTo(cell);
  };
  const stop = () => {
    clearInterval(timer);
    document.removeEventListener('mousemove', onMove);
    document.removeEventListener('mouseup', stop);
  };
  document.addEventListener('mousemove', onMove);
  document.addEventListener('mouseup', stop);
}
