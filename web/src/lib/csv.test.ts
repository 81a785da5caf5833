import { describe, expect, it } from 'vitest';
import { readCsv, separatorOf } from './csv';

describe('CSV', () => {
  it('is read with quotes, separators and line breaks inside them', () => {
    expect(readCsv('a,b\r\n"x, ""y""","1\n2"\r\n\r\nlast,')).toEqual([
      ['a', 'b'],
      ['x, "y"', '1\n2'],
      ['last', ''],
    ]);
  });
  it('finds its separator', () => {
    expect(separatorOf('a;b;c\n1,5;2;3')).toBe(';');
    expect(separatorOf('a\tb\n')).toBe('\t');
    expect(separatorOf('"a;b;c",d\n')).toBe(',');
    expect(readCsv('only\n1')).toEqual([['only'], ['1']]);
  });
  it('loses the byte order mark and stops where asked', () => {
    expect(readCsv('\ufeffa\n1\n2\n3', 2)).toEqual([['a'], ['1']]);
  });
});
