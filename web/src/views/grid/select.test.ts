import { describe, expect, it } from 'vitest';
import {
  START,
  fit,
  isRange,
  rectangle,
  select,
  tickSpan,
  type SelectAction,
  type Selection,
} from './select';

const extent = { rows: 100, columns: 5 };
const run = (...actions: SelectAction[]): Selection =>
  actions.reduce((selection, action) => select(selection, action, extent), START);
const at = (row: number, column: number): SelectAction => ({ type: 'at', cell: { row, column } });

describe('moving', () => {
  it('moves the active cell and stops at the borders', () => {
    expect(run({ type: 'move', rows: 3, columns: 1 }).active).toEqual({ row: 3, column: 1 });
    expect(run({ type: 'move', rows: -1, columns: -1 }).active).toEqual({ row: 0, column: 0 });
    expect(run(at(99, 4), { type: 'move', rows: 1, columns: 1 }).active).toEqual({
      row: 99,
      column: 4,
    });
  });
  it('jumps to edges and corners', () => {
    expect(run(at(5, 2), { type: 'edge', to: 'row_end' }).active).toEqual({ row: 5, column: 4 });
    expect(run(at(5, 2), { type: 'edge', to: 'bottom' }).active).toEqual({ row: 99, column: 2 });
    expect(run({ type: 'corner', to: 'last' }).active).toEqual({ row: 99, column: 4 });
  });
  it('collapses a range when it moves without Shift', () => {
    const moved = run(at(2, 2), { type: 'move', rows: 2, columns: 0, extend: true }, at(7, 1));
    expect(isRange(moved)).toBe(false);
  });
});

describe('a range', () => {
  it('grows from the active cell in any direction', () => {
    const selection = run(at(5, 2), { type: 'move', rows: -2, columns: 1, extend: true });
    expect(selection.active).toEqual({ row: 5, column: 2 });
    expect(rectangle(selection)).toEqual({ top: 3, left: 2, bottom: 5, right: 3 });
  });
  it('covers rows, columns and everything', () => {
    expect(rectangle(run(at(4, 2), { type: 'whole_row' }))).toEqual({
      top: 4,
      left: 0,
      bottom: 4,
      right: 4,
    });
    expect(rectangle(run({ type: 'whole_column', column: 3 }))).toEqual({
      top: 0,
      left: 3,
      bottom: 99,
      right: 3,
    });
    expect(rectangle(run({ type: 'everything' })).bottom).toBe(99);
  });
});

describe('a run of Tab entries', () => {
  it('returns with Enter to the column it began in', () => {
    const selection = run(
      at(3, 1),
      { type: 'next', by: 1 },
      { type: 'next', by: 1 },
      { type: 'enter', by: 1 },
    );
    expect(selection.active).toEqual({ row: 4, column: 1 });
  });
  it('wraps to the next row after the last column', () => {
    expect(run(at(3, 4), { type: 'next', by: 1 }).active).toEqual({ row: 4, column: 0 });
    expect(run(at(3, 0), { type: 'next', by: -1 }).active).toEqual({ row: 2, column: 4 });
  });
  it('ends when an arrow key is used', () => {
    const selection = run(
      at(3, 1),
      { type: 'next', by: 1 },
      { type: 'move', rows: 0, columns: 1 },
      { type: 'enter', by: 1 },
    );
    expect(selection.active).toEqual({ row: 4, column: 3 });
  });
});

describe('ticks', () => {
  it('toggle by id and remember where Shift starts', () => {
    const selection = run({ type: 'tick', id: 'a', row: 4 });
    expect([...selection.ticked]).toEqual(['a']);
    expect(tickSpan(selection, 9)).toEqual({ first: 4, last: 9 });
    expect(select(selection, { type: 'tick', id: 'a', row: 4 }, extent).ticked.size).toBe(0);
  });
  it('survive moves and leave with untick', () => {
    const selection = run({ type: 'tick_many', ids: ['a', 'b'], row: 1 }, at(9, 1));
    expect(selection.ticked.size).toBe(2);
    expect(select(selection, { type: 'untick', ids: ['a'] }, extent).ticked).toEqual(
      new Set(['b']),
    );
    expect(select(selection, { type: 'untick' }, extent).ticked.size).toBe(0);
  });
});

describe('a grid that changes', () => {
  it('pulls the selection inside when it shrinks', () => {
    expect(fit(run(at(50, 4)), { rows: 10, columns: 2 }).active).toEqual({ row: 9, column: 1 });
    const small = run(at(1, 1));
    expect(fit(small, extent)).toBe(small);
  });
  it('follows its record when rows are put in above', () => {
    expect(run(at(5, 2), { type: 'shift', rows: 3 }).active).toEqual({ row: 8, column: 2 });
  });
  it('follows its column when columns are moved', () => {
    expect(run(at(5, 0), { type: 'shift_columns', order: [1, 2, 0, 3, 4] }).active.column).toBe(2);
  });
});
