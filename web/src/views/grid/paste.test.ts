import { describe, expect, it } from 'vitest';
import type { Field, RecordRow } from '../../api/types';
import { kindOf } from '../../fields';
import { pasteCells, parseCells, type Rectangle } from './clipboard';
import type { GridColumn } from './model';
import { clipboardOf, ownValue, readOwn } from './own_cells';
import { isSameKind, planPaste, titlesToFind } from './paste';

const field = (name: string, type: string, rest: Partial<Field> = {}): Field => ({
  id: name,
  name,
  type,
  label: { en: name },
  ...rest,
});
const column = (of: Field, canWrite = true): GridColumn => ({
  name: of.name,
  field: of,
  kind: kindOf(of),
  width: 100,
  canWrite,
});
const columns = [
  column(field('name', 'text', { required: true })),
  column(field('amount', 'currency', { settings: { currency: 'USD', min: '0' } })),
  column(field('account', 'link', { settings: { to: 'account' } })),
  column(field('made', 'date_time'), false),
];
const records: RecordRow[] = [
  { id: 'a', revision: 1, name: 'A', amount: '1.00', account: { id: 'x', title: 'Acme' } },
  { id: 'b', revision: 1, name: 'B', amount: null, account: null },
];
const titles = new Map([
  [
    'account',
    new Map(
      [
        ['acme', ['x']],
        ['twin', ['y', 'z']],
      ].map(([k, v]) => [k as string, v as string[]]),
    ),
  ],
]);
const plan = (text: string, target: Partial<Rectangle> = {}, html = '') => {
  const at = { top: 0, left: 0, bottom: 0, right: 0, ...target };
  return planPaste({
    cells: pasteCells(parseCells(text), at, columns.length),
    own: ownValue(readOwn(html), at),
    columns,
    recordAt: (row) => records[row],
    titles,
  });
};

describe('a paste from a spreadsheet', () => {
  it('reads each cell by its field', () => {
    expect(plan('New\t$1,234.50\tACME').changes).toEqual([
      { record: records[0], values: { name: 'New', amount: '1234.50', account: 'x' } },
    ]);
  });
  it('marks what it cannot read, in its cell and with the reason', () => {
    const { changes, rejects } = plan('New\ttwelve\tNobody\n\t-5\tTwin');
    expect(changes).toEqual([{ record: records[0], values: { name: 'New' } }]);
    expect(rejects.map(({ id, field: at, text }) => [id, at, text])).toEqual([
      ['a', 'amount', 'twelve'],
      ['a', 'account', 'Nobody'],
      ['b', 'name', ''],
      ['b', 'amount', '-5'],
      ['b', 'account', 'Twin'],
    ]);
    expect(rejects.every(({ message }) => message.length > 0)).toBe(true);
  });
  it('tells of columns that may not be written', () => {
    const { problems, changes } = plan('2026-01-01 09:00', { left: 3, right: 3 });
    expect(changes).toEqual([]);
    expect(problems).toMatchObject([{ row: 1, column: 'made', text: '2026-01-01 09:00' }]);
  });
  it('makes records of rows below the last one, but never half of one', () => {
    const { creates, problems } = plan('C\t3\nD\tmany', { top: 2, bottom: 2 });
    expect(creates).toEqual([{ row: 3, values: { name: 'C', amount: '3.00' }, texts: ['C', '3'] }]);
    expect(problems).toMatchObject([{ row: 4, column: 'amount', text: 'many' }]);
  });
  it('asks only for titles that are no ids', () => {
    const cells = pasteCells([['a', '1', 'Acme']], { top: 0, left: 0, bottom: 0, right: 0 }, 4);
    expect(titlesToFind(cells, columns, () => null)).toEqual(new Map([['account', ['Acme']]]));
  });
});

describe('a paste of our own cells', () => {
  it('keeps values that their text would lose', () => {
    const { text, html } = clipboardOf([records[0] as RecordRow], columns.slice(0, 3));
    expect(text).toBe('A\t1.00\tAcme');
    const [change] = plan(text, { top: 1, bottom: 1 }, html).changes;
    expect(change?.values).toEqual({ name: 'A', amount: '1.00', account: 'x' });
  });
  it('into another kind of field reads the text again', () => {
    const { text, html } = clipboardOf([records[0] as RecordRow], [columns[2] as GridColumn]);
    expect(plan(text, {}, html).changes[0]?.values).toEqual({ name: 'Acme' });
  });
  it('is told from foreign HTML', () => {
    expect(readOwn('<table><td>1</td></table>')).toBeNull();
    expect(readOwn('<table data-tessera-cells="%7Bbroken">')).toBeNull();
  });
  it('fits the same type with the same meaning only', () => {
    const link = (to: string) => field('x', 'link', { id: to, settings: { to } });
    expect(isSameKind(link('account'), { ...link('account'), id: 'other' })).toBe(true);
    expect(isSameKind(link('account'), link('product'))).toBe(false);
  });
});
