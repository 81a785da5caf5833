/** Where columns lie: offsets, which are in sight, resizing and moving them. Pure; px throughout. */
import type { ViewColumn } from '../../api/types';

export const COLUMN_WIDTH_MIN = 60;
export const COLUMN_WIDTH_MAX = 800;
/** Row number, tick box and open button. */
export const GUTTER_WIDTH = 60;
/** Room behind the last column, for the button that adds one. */
export const ADD_WIDTH = 44;

export interface ColumnBox {
  index: number;
  left: number;
  width: number;
}

/** The first column stays in place beside the gutter; the others scroll. */
export interface Layout {
  frozen: ColumnBox | undefined;
  /** Scrolling columns; `left` counts from the grid's left edge. */
  boxes: ColumnBox[];
  frozenWidth: number;
  /** Right edge of the last column. */
  columnsWidth: number;
  totalWidth: number;
}

export function layOut(widths: readonly number[]): Layout {
  let left = GUTTER_WIDTH;
  const all = widths.map((width, index) => {
    const box = { index, left, width };
    left += width;
    return box;
  });
  const [frozen, ...boxes] = all;
  const frozenWidth = GUTTER_WIDTH + (frozen?.width ?? 0);
  return { frozen, boxes, frozenWidth, columnsWidth: left, totalWidth: left + ADD_WIDTH };
}

/** Numbers of the scrolling columns in sight, with one more on either side. */
export function columnsInSight(
  layout: Layout,
  scrollLeft: number,
  viewport: number,
): { first: number; last: number } {
  const from = scrollLeft + layout.frozenWidth;
  const to = scrollLeft + viewport;
  const first = layout.boxes.findIndex((box) => box.left + box.width > from);
  if (first < 0) return { first: layout.boxes.length, last: layout.boxes.length };
  const after = layout.boxes.findIndex((box) => box.left >= to);
  const last = after < 0 ? layout.boxes.length : after;
  return { first: Math.max(first - 1, 0), last: Math.min(last + 1, layout.boxes.length) };
}

/** The scrollLeft nearest to the present one that shows a column completely. */
export function revealColumn(
  layout: Layout,
  scrollLeft: number,
  viewport: number,
  index: number,
): number {
  const box = layout.boxes[index - 1];
  if (!box) return scrollLeft;
  const start = box.left - layout.frozenWidth;
  const end = box.left + box.width - viewport;
  if (start < scrollLeft || end > start) return start;
  return Math.max(scrollLeft, end);
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(Math.max(width, COLUMN_WIDTH_MIN), COLUMN_WIDTH_MAX));
}

export function withWidth(
  columns: readonly ViewColumn[],
  field: string,
  width: number,
): ViewColumn[] {
  return columns.map((column) =>
    column.field === field ? { ...column, width: clampWidth(width) } : column,
  );
}

/** Moves the column at `from` so that it ends up at `to`. */
export function moveColumn(columns: readonly ViewColumn[], from: number, to: number): ViewColumn[] {
  const column = columns[from];
  if (!column || to < 0 || to >= columns.length) return [...columns];
  return columns.toSpliced(from, 1).toSpliced(to, 0, column);
}

/** Where a column dropped at `x` (grid px) would go, as an index for `moveColumn`. */
export function dropIndex(layout: Layout, from: number, x: number): number {
  const all = layout.frozen ? [layout.frozen, ...layout.boxes] : layout.boxes;
  const before = all.filter((box) => box.index !== from && box.left + box.width / 2 < x);
  return before.length;
}
