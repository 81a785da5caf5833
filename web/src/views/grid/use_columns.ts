/** Column widths and order while a hand is on them, and their changes when it lets go. */
import { useMemo, useRef, useState, type PointerEvent } from 'react';
import type { ViewColumn } from '../../api/types';
import { toggleSort } from '../view_state';
import type { HeaderActions } from './HeaderCell';
import { dropIndex, moveColumn, withWidth, type Layout } from './layout';
import type { GridColumn } from './model';
import { useEvent } from './use_event';

export interface ColumnsOptions {
  root: React.RefObject<HTMLDivElement | null>;
  columns: GridColumn[];
  layout: Layout;
  sort: string[];
  /** A width under the mouse, before it is kept; null when the mouse lets go. */
  onResizing: (resizing: { field: string; width: number } | null) => void;
  onColumns: (columns: ViewColumn[]) => void;
  onSort: (sort: string[]) => void;
  onFilter: (field: string) => void;
  onFocus: (index: number | null) => void;
  onSelect: (index: number) => void;
  /** `order[i]` is the old number of the column that is now at `i`. */
  onReordered: (order: number[]) => void;
  onTotal: (field: string, total: string | null) => void;
}

/** Movement that turns a press into a drag, px. */
const DRAG_FROM = 5;

export interface ColumnsState {
  actions: HeaderActions;
  drag: { from: number; to: number } | null;
}

export function useColumns(options: ColumnsOptions): ColumnsState {
  const [drag, setDrag] = useState<ColumnsState['drag']>(null);
  const wasDragged = useRef(false);
  const stored = () =>
    options.columns.map(({ name, width }): ViewColumn => ({ field: name, width }));

  const reorder = (from: number, to: number) => {
    if (from === to || to < 0 || to >= options.columns.length) return;
    options.onColumns(moveColumn(stored(), from, to));
    const order = options.columns.map((_, index) => index);
    options.onReordered(order.toSpliced(from, 1).toSpliced(to, 0, from));
  };

  const sort = useEvent((field: string, isAdded: boolean) => {
    // The click that ends a drag is not one.
    if (!wasDragged.current) options.onSort(toggleSort(options.sort, field, isAdded));
  });
  const resize = useEvent((field: string, width: number, isDone: boolean) => {
    options.onResizing(isDone ? null : { field, width });
    if (isDone) options.onColumns(withWidth(stored(), field, width));
  });
  const move = useEvent((index: number, by: 1 | -1) => {
    reorder(index, index + by);
    options.onFocus(Math.min(Math.max(index + by, 0), options.columns.length - 1));
  });
  const startDrag = useEvent((index: number, press: PointerEvent) => {
    wasDragged.current = false;
    if (press.button !== 0 || press.pointerType === 'touch') return;
    const box = options.root.current;
    let to = index;
    const onMove = (event: globalThis.PointerEvent) => {
      if (!box || (!wasDragged.current && Math.abs(event.clientX - press.clientX) < DRAG_FROM))
        return;
      wasDragged.current = true;
      const { left } = box.getBoundingClientRect();
      const x = event.clientX - left;
      // Over the frozen column nothing is scrolled away.
      const inGrid = x < options.layout.frozenWidth ? x : x + box.scrollLeft;
      to = dropIndex(options.layout, index, inGrid);
      setDrag({ from: index, to });
    };
    const onUp = () => {
      document.removeEventListener('pointermove', onMove);
      document.removeEventListener('pointerup', onUp);
      document.removeEventListener('pointercancel', onUp);
      setDrag(null);
      if (wasDragged.current) reorder(index, to);
    };
    document.addEventListener('pointermove', onMove);
    document.addEventListener('pointerup', onUp);
    document.addEventListener('pointercancel', onUp);
  });
  const sortTo = useEvent((field: string, isDescending: boolean) =>
    options.onSort([isDescending ? `-${field}` : field]),
  );
  const hide = useEvent((field: string) =>
    options.onColumns(stored().filter((column) => column.field !== field)),
  );
  const filter = useEvent(options.onFilter);
  const focus = useEvent(options.onFocus);
  const selectColumn = useEvent(options.onSelect);
  const total = useEvent(options.onTotal);

  const actions = useMemo<HeaderActions>(
    () => ({ sort, sortTo, resize, move, hide, filter, focus, selectColumn, startDrag, total }),
    [sort, sortTo, resize, move, hide, filter, focus, selectColumn, startDrag, total],
  );
  return { actions, drag };
}
