import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordRow } from '../../api/types';
import { Rows } from './rows';
import { Sources } from './sources';

const server = new Map<string, RecordRow>();
const row = (id: string, revision: number, rest = {}): RecordRow => ({ id, revision, ...rest });

vi.mock('./send', () => ({
  listRecords: async (_ws: string, _entity: string, query: { filter: { value: string[] } }) => ({
    records: query.filter.value.flatMap((id) => server.get(id) ?? []),
    next_cursor: null,
    count: null,
  }),
}));

async function shown(records: RecordRow[], belongs?: (record: RecordRow) => boolean) {
  for (const record of records) server.set(record.id, record);
  let asked = 0;
  const rows = new Rows(async () => {
    asked += 1;
    const page = [...server.values()].filter(belongs ?? (() => true));
    return { records: page, next_cursor: null, count: page.length };
  });
  rows.want(0, 10);
  await vi.advanceTimersByTimeAsync(0);
  return { rows, asked: () => asked };
}

beforeEach(() => {
  vi.useFakeTimers();
  server.clear();
});
afterEach(() => {
  vi.useRealTimers();
});

const change = (record: string, revision: number, operation = 'update') => ({
  sequence: 1,
  entity: 'deal',
  record,
  operation,
  revision,
});

describe('live changes', () => {
  it('of a shown record are read and put in place', async () => {
    const sources = new Sources('w', 'deal', () => {});
    const { rows, asked } = await shown([row('a', 1, { name: 'old' }), row('b', 1)]);
    sources.attach(rows, { fields: ['name'], expand: [] });
    server.set('a', row('a', 2, { name: 'new' }));
    sources.live(change('a', 2));
    await vi.advanceTimersByTimeAsync(300);
    expect(rows.at(0)?.['name']).toBe('new');
    expect(asked()).toBe(1);
  });
  it('that are no news ask for nothing', async () => {
    const sources = new Sources('w', 'deal', () => {});
    const { rows } = await shown([row('a', 5, { name: 'mine' })]);
    sources.attach(rows, { fields: [], expand: [] });
    server.set('a', row('a', 4, { name: 'older' }));
    sources.live(change('a', 5));
    await vi.advanceTimersByTimeAsync(300);
    expect(rows.at(0)?.['name']).toBe('mine');
  });
  it('take a deleted record out at once', async () => {
    const sources = new Sources('w', 'deal', () => {});
    const { rows } = await shown([row('a', 1), row('b', 1)]);
    sources.attach(rows, { fields: [], expand: [] });
    server.delete('a');
    sources.live(change('a', 2, 'delete'));
    await vi.advanceTimersByTimeAsync(300);
    expect(rows.at(0)?.id).toBe('b');
  });
  it('of new records refresh, but not while someone types', async () => {
    const sources = new Sources('w', 'deal', () => {});
    const { rows } = await shown([row('a', 1)]);
    sources.attach(rows, { fields: [], expand: [] });
    const release = sources.hold();
    server.set('b', row('b', 1));
    sources.live(change('b', 1, 'create'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(rows.count).toBe(1);
    release();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(rows.count).toBe(2);
  });
  it('move a card out of the column where it no longer belongs', async () => {
    const sources = new Sources('w', 'deal', () => {});
    const isOpen = (record: RecordRow) => record['stage'] === 'open';
    const { rows } = await shown([row('a', 1, { stage: 'open' })], isOpen);
    sources.attach(rows, { fields: [], expand: [], belongs: isOpen });
    server.set('a', row('a', 2, { stage: 'won' }));
    sources.live(change('a', 2));
    await vi.advanceTimersByTimeAsync(300);
    expect(rows.rowOf('a')).toBe(-1);
  });
});

it('a write that answers a link as its id keeps the title that is known', async () => {
  const sources = new Sources('w', 'deal', () => {});
  const account = { id: 'x', title: 'Acme' };
  const { rows } = await shown([row('a', 1, { account, name: 'old' })]);
  sources.attach(rows, { fields: [], expand: [] });
  sources.accept([row('a', 2, { account: 'x', name: 'new' })]);
  expect(rows.at(0)).toEqual({ id: 'a', revision: 2, account, name: 'new' });
});
