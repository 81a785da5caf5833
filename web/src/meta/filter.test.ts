import { describe, expect, it } from 'vitest';
import type { EntityDocument, Field } from '../api/types';
import type { Filter } from '../lib/filter';
import { toCatalogue } from './catalogue';
import { matches, periodOf } from './filter';

const field = (name: string, type: string, settings?: Field['settings']): Field => ({
  id: name,
  name,
  type,
  label: { en: name },
  ...(settings ? { settings } : {}),
});
const entity = (name: string, fields: Field[]) => {
  const document: EntityDocument = { name, label: { en: name }, title_field: 'name', fields };
  return { kind: 'entity' as const, name, document };
};
const catalogue = toCatalogue({
  revision: 1,
  documents: [
    entity('account', [field('name', 'text'), field('city', 'text')]),
    entity('task', [
      field('name', 'text'),
      field('done', 'checkbox'),
      field('deal', 'link', {
        to: 'deal',
        inverse: { name: 'tasks', label: { en: 'Tasks' } },
      }),
    ]),
    entity('deal', [
      field('name', 'text'),
      field('amount', 'currency'),
      field('close', 'date'),
      field('seen', 'date_time'),
      field('stage', 'stage'),
      field('owner', 'user'),
      field('account', 'link', { to: 'account' }),
    ]),
  ],
});
const scope = {
  catalogue,
  me: 'u1',
  now: Date.parse('2026-05-31T02:00:00Z'),
  timeZone: 'Asia/Shanghai',
};
const full = {
  name: 'Ｓtraße 张三',
  amount: '12.50',
  close: '2026-05-31',
  seen: '2026-05-30T16:30:00Z',
  stage: 'won',
  owner: { id: 'u1', title: 'Anna' },
  account: { id: 'a1', title: 'Acme', name: 'Acme', city: 'Berlin' },
  tasks: {
    records: [
      { name: 'x', done: true },
      { name: 'y', done: null },
    ],
    count: 2,
  },
};
const empty = { name: null, amount: null, close: null, account: null, tasks: { records: [] } };
const check = (filter: Filter, record: Record<string, unknown> = full) =>
  matches(filter, record, catalogue.entities.get('deal')!, scope);
const leaf = (name: string, op: string, value?: unknown) =>
  ({ field: name, op, ...(value === undefined ? {} : { value }) }) as Filter;

describe('an empty value', () => {
  it('matches only empty, ne, not_in and not_contains', () => {
    for (const op of ['empty', 'ne', 'not_in', 'not_contains']) {
      const value = op === 'not_in' ? ['x'] : op === 'empty' ? undefined : 'x';
      expect(check(leaf('name', op, value), empty), op).toBe(true);
    }
    expect(check(leaf('amount', 'lt', '5'), empty)).toBe(false);
    expect(check(leaf('name', 'contains', ''), empty)).toBe(false);
  });
  it('not is the exact complement', () => {
    for (const record of [full, empty]) {
      for (const filter of [leaf('amount', 'lt', '20'), leaf('name', 'starts', 's')]) {
        expect(check({ not: filter }, record)).toBe(!check(filter, record));
      }
    }
  });
  it('behind an empty link is empty too', () => {
    expect(check(leaf('account.city', 'ne', 'Berlin'), empty)).toBe(true);
    expect(check(leaf('account.city', 'eq', 'Berlin'), empty)).toBe(false);
    expect(check(leaf('account.city', 'empty'), empty)).toBe(true);
  });
});

describe('values', () => {
  it('text ignores case and width', () => {
    expect(check(leaf('name', 'contains', 'STRASSE'))).toBe(false);
    expect(check(leaf('name', 'contains', 'straSSe'.replace('SS', 'ß')))).toBe(true);
    expect(check(leaf('name', 'starts', 's'))).toBe(true);
    expect(check(leaf('name', 'ends', '三'))).toBe(true);
    expect(check(leaf('name', 'in', ['x', 'straße 张三']))).toBe(true);
  });
  it('amounts are compared exactly, whatever their form', () => {
    expect(check(leaf('amount', 'eq', '12.5'))).toBe(true);
    expect(check(leaf('amount', 'between', ['12.49', '12.50']))).toBe(true);
    expect(check(leaf('amount', 'gt', '9'))).toBe(true);
  });
  it('links and people are their ids, me is the person who asks', () => {
    expect(check(leaf('owner', 'eq', { var: 'me' }))).toBe(true);
    expect(check(leaf('account', 'in', ['a1', 'a2']))).toBe(true);
    expect(check(leaf('account.city', 'eq', 'berlin'))).toBe(true);
  });
  it('days belong to the zone of the workspace', () => {
    expect(check(leaf('close', 'eq', { var: 'today' }))).toBe(true);
    expect(check(leaf('seen', 'eq', '2026-05-31'))).toBe(true);
    expect(check(leaf('seen', 'lt', '2026-05-31'))).toBe(false);
    expect(check(leaf('seen', 'lt', { var: 'now' }))).toBe(true);
    expect(check(leaf('close', 'within', { this: 'month' }))).toBe(true);
    expect(check(leaf('seen', 'within', { last: 1, unit: 'day' }))).toBe(true);
  });
});

describe('groups and related records', () => {
  it('of nothing: and holds, or does not', () => {
    expect(check({ and: [] })).toBe(true);
    expect(check({ or: [] })).toBe(false);
  });
  it('some, every, none', () => {
    const done = leaf('done', 'eq', true);
    expect(check({ field: 'tasks', some: done })).toBe(true);
    expect(check({ field: 'tasks', every: done })).toBe(false);
    expect(check({ field: 'tasks', none: done })).toBe(false);
    expect(check({ field: 'tasks', every: done }, empty)).toBe(true);
    expect(check({ field: 'tasks', none: done }, empty)).toBe(true);
  });
});

it('periods end or start today', () => {
  expect(periodOf({ last: 7, unit: 'day' }, '2026-05-31')).toEqual({
    from: '2026-05-25',
    to: '2026-05-31',
  });
  expect(periodOf({ next: 1, unit: 'month' }, '2026-01-31')).toEqual({
    from: '2026-01-31',
    to: '2026-02-27',
  });
  expect(periodOf({ this: 'week' }, '2026-05-31')).toEqual({
    from: '2026-05-25',
    to: '2026-05-31',
  });
  expect(periodOf({ this: 'quarter' }, '2026-05-31')).toEqual({
    from: '2026-04-01',
    to: '2026-06-30',
  });
});
