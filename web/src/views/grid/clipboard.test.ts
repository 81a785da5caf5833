import { describe, expect, it } from 'vitest';
import { columnsCutOff, formatCells, formatHtml, parseCells, pasteCells } from './clipboard';

describe('parseCells', () => {
  it('reads a rectangle as Excel writes it, with a newline at the end', () => {
    expect(parseCells('a\tb\r\n1\t2\r\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });
  it('reads quoted cells with tabs, newlines and doubled quotes', () => {
    expect(parseCells('"two\r\nlines"\t"a\tb"\t"say ""hi"""')).toEqual([
      ['two\nlines', 'a\tb', 'say "hi"'],
    ]);
  });
  it('keeps a quote that opens nothing', () => {
    expect(parseCells('"loose\tb')).toEqual([['"loose', 'b']]);
    expect(parseCells('5" pipe\t"6" pipe')).toEqual([['5" pipe', '"6" pipe']]);
  });
  it('fills short rows up', () => {
    expect(parseCells('a\tb\nc')).toEqual([
      ['a', 'b'],
      ['c', ''],
    ]);
  });
  it('reads one cell, an empty cell and empty rows in between', () => {
    expect(parseCells('x')).toEqual([['x']]);
    expect(parseCells('')).toEqual([['']]);
    expect(parseCells('a\n\nb')).toEqual([['a'], [''], ['b']]);
  });
  it('reads Mac and Unix newlines alike', () => {
    expect(parseCells('a\rb\nc')).toEqual([['a'], ['b'], ['c']]);
  });
});

describe('formatCells', () => {
  it('comes back unchanged whatever the cells hold', () => {
    const nasty = [
      ['plain', 'tab\there', 'line\nbreak'],
      ['"quoted"', 'in "side"', ''],
      ['中文，标点', '"', '""\t'],
    ];
    expect(parseCells(formatCells(nasty))).toEqual(nasty);
  });
  it('escapes markup in its table twin', () => {
    expect(formatHtml([['<b>&\n']])).toContain('<td>&lt;b&gt;&amp;<br></td>');
  });
});

describe('pasteCells', () => {
  const at = (top: number, left: number, bottom = top, right = left) => ({
    top,
    left,
    bottom,
    right,
  });
  it('fills the selection with a single value', () => {
    expect(pasteCells([['x']], at(2, 1, 3, 2), 5)).toHaveLength(4);
  });
  it('repeats a row over a whole multiple of it', () => {
    const cells = pasteCells([['a', 'b']], at(0, 0, 2, 1), 5);
    expect(cells.map((cell) => cell.text)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });
  it('writes once from the corner when the sizes do not fit', () => {
    expect(pasteCells([['a'], ['b']], at(4, 3, 6, 3), 5)).toEqual([
      { row: 4, column: 3, text: 'a' },
      { row: 5, column: 3, text: 'b' },
    ]);
  });
  it('stops at the last column and says how much did not fit', () => {
    expect(pasteCells([['a', 'b', 'c']], at(0, 3), 5)).toHaveLength(2);
    expect(columnsCutOff([['a', 'b', 'c']], at(0, 3), 5)).toBe(1);
    expect(columnsCutOff([['a']], at(0, 3), 5)).toBe(0);
  });
});
