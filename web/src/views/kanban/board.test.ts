import { describe, expect, it } from 'vitest';
import type { Field } from '../../api/types';
import type { Group } from '../data/aggregate';
import { belongsTo, boardColumns, columnFilter, mayMove } from './board';

const option = (name: string, rest = {}) => ({ id: name, name, label: { en: name }, ...rest });
const stage: Field = {
  id: 'stage',
  name: 'stage',
  type: 'stage',
  label: { en: 'Stage' },
  required: true,
  settings: {
    options: [
      option('open', { to: ['won', 'lost'] }),
      option('won'),
      option('lost'),
      option('old', { archived: true }),
    ],
  },
};
const owner: Field = { id: 'owner', name: 'owner', type: 'user', label: { en: 'Owner' } };
const group = (field: string, value: string | null, count: number): Group => ({
  by: { [field]: value },
  values: [count, '10.00'],
});

describe('columns', () => {
  it('of options stand in their order, with and without records', () => {
    const columns = boardColumns(stage, [group('stage', 'won', 3)]);
    expect(columns.map(({ key, count }) => [key, count])).toEqual([
      ['open', 0],
      ['won', 3],
      ['lost', 0],
    ]);
    expect(columns[1]?.sum).toBe('10.00');
  });
  it('of archived options are shown while records are left in them', () => {
    expect(boardColumns(stage, [group('stage', 'old', 1)]).at(-1)?.key).toBe('old');
  });
  it('of links are the largest groups, and those without a value come last', () => {
    const columns = boardColumns(owner, [
      group('owner', null, 9),
      group('owner', 'a', 1),
      group('owner', 'b', 5),
    ]);
    expect(columns.map(({ value }) => value)).toEqual(['b', 'a', null]);
  });
  it('hold the records that the view shows', () => {
    expect(columnFilter(stage, 'won', { field: 'amount', op: 'gt', value: '1' })).toEqual({
      and: [
        { field: 'amount', op: 'gt', value: '1' },
        { field: 'stage', op: 'eq', value: 'won' },
      ],
    });
    expect(columnFilter(owner, null, undefined)).toEqual({ field: 'owner', op: 'empty' });
    expect(belongsTo(owner, 'a')({ owner: { id: 'a', title: 'Anna' } })).toBe(true);
    expect(belongsTo(owner, null)({})).toBe(true);
  });
});

describe('moves', () => {
  it('follow what a stage allows next', () => {
    expect(mayMove(stage, 'open', 'won')).toBe(true);
    expect(mayMove({ ...stage, required: false }, 'open', null)).toBe(true);
    expect(mayMove(stage, 'open', 'old')).toBe(false);
    expect(mayMove(stage, 'won', 'open')).toBe(true);
  });
  it('never empty what is required', () => {
    expect(mayMove(stage, 'won', null)).toBe(false);
  });
});
