import { expect, it } from 'vitest';
import {
  COLUMN_WIDTH_MAX,
  COLUMN_WIDTH_MIN,
  GUTTER_WIDTH,
  columnsInSight,
  dropIndex,
  layOut,
  moveColumn,
  revealColumn,
  withWidth,
} from './layout';

const layout = layOut([200, 100, 100, 100, 100, 100]);
const columns = ['a', 'b', 'c'].map((field) => ({ field, width: 100 }));

it('columns stand side by side behind the gutter', () => {
  expect(layout.frozenWidth).toBe(GUTTER_WIDTH + 200);
  expect(layout.boxes[0]).toEqual({ index: 1, left: GUTTER_WIDTH + 200, width: 100 });
  expect(layout.columnsWidth).toBe(GUTTER_WIDTH + 700);
  expect(layOut([]).columnsWidth).toBe(GUTTER_WIDTH);
});

it('only columns in sight are drawn, with one more on either side', () => {
  expect(columnsInSight(layout, 0, GUTTER_WIDTH + 350)).toEqual({ first: 0, last: 3 });
  expect(columnsInSight(layout, 250, GUTTER_WIDTH + 350)).toEqual({ first: 1, last: 5 });
  expect(columnsInSight(layOut([200]), 0, 500)).toEqual({ first: 0, last: 0 });
});

it('a column is revealed beside the frozen one by the shortest way', () => {
  const viewport = GUTTER_WIDTH + 450;
  expect(revealColumn(layout, 0, viewport, 1)).toBe(0);
  expect(revealColumn(layout, 0, viewport, 5)).toBe(250);
  expect(revealColumn(layout, 250, viewport, 1)).toBe(0);
  expect(revealColumn(layout, 250, viewport, 0)).toBe(250);
});

it('widths stay within reason', () => {
  expect(withWidth(columns, 'b', 5)[1]?.width).toBe(COLUMN_WIDTH_MIN);
  expect(withWidth(columns, 'b', 5_000)[1]?.width).toBe(COLUMN_WIDTH_MAX);
});

it('a moved column takes its new place and the others close up', () => {
  const names = (from: number, to: number) => moveColumn(columns, from, to).map((c) => c.field);
  expect(names(0, 2)).toEqual(['b', 'c', 'a']);
  expect(names(2, 0)).toEqual(['c', 'a', 'b']);
  expect(names(1, 5)).toEqual(['a', 'b', 'c']);
});

it('a column is dropped between the middles of its neighbours', () => {
  expect(dropIndex(layout, 3, GUTTER_WIDTH + 10)).toBe(0);
  expect(dropIndex(layout, 0, GUTTER_WIDTH + 200 + 60)).toBe(1);
  expect(dropIndex(layout, 1, 10_000)).toBe(5);
});
