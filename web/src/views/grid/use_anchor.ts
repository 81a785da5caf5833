/** Keeps the place: when rows move under a live change, the view and the selection move with them. */
import { useLayoutEffect, useRef } from 'react';
import type { Rows } from '../data/rows';
import type { GridModel, GridState } from './grid_model';
import type { Scroll } from './use_scroll';

interface AnchorOptions {
  rows: Rows;
  /** Changes with the query: then everything starts over. */
  rowKey: string;
  grid: GridModel;
  state: GridState;
  scroll: Scroll;
}

interface Anchor {
  row: number;
  id: string | undefined;
}

export function useAnchor({ rows, rowKey, grid, state, scroll }: AnchorOptions): void {
  const { rowHeight } = scroll.geometry;
  const topRow = Math.ceil(scroll.place.virtual / rowHeight);
  const activeRow = state.selection.active.row;
  const last = useRef<{ key: string; version: number; top: Anchor; active: Anchor } | null>(null);

  useLayoutEffect(() => {
    const before = last.current;
    const anchor = (row: number): Anchor => ({ row, id: rows.at(row)?.id });
    const remember = (moved: { top: number; active: number }) => {
      const top = anchor(topRow + moved.top);
      const active = anchor(activeRow + moved.active);
      last.current = { key: rowKey, version: rows.version, top, active };
    };
    if (before && before.key !== rowKey && rowKey !== '') {
      scroll.scroller.toTop();
      grid.select({ type: 'start_over' });
      last.current = { key: rowKey, version: rows.version, top: anchor(0), active: anchor(0) };
      return;
    }
    if (!before || before.version === rows.version || state.editing) {
      remember({ top: 0, active: 0 });
      return;
    }
    const movedBy = ({ row, id }: Anchor) => {
      const now = id === undefined ? -1 : rows.rowOf(id);
      return now < 0 ? 0 : now - row;
    };
    const moved = {
      // At the very top new rows may push the others down: that is where one looks for them.
      top: scroll.place.virtual === 0 ? 0 : movedBy(before.top),
      active: before.active.row === activeRow ? movedBy(before.active) : 0,
    };
    if (moved.top !== 0) scroll.scroller.shift(moved.top * rowHeight);
    if (moved.active !== 0) grid.select({ type: 'shift', rows: moved.active });
    remember(moved);
  });
}
