import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../api/types';
import { toCatalogue } from '../meta/catalogue';
import { byDay, changesOf } from './changes';

const entity = toCatalogue({
  revision: 1,
  documents: [
    {
      kind: 'entity',
      name: 'deal',
      document: {
        name: 'deal',
        label: { en: 'Deal' },
        title_field: 'name',
        fields: [
          { id: 'a', name: 'name', type: 'text', label: {} },
          { id: 'b', name: 'amount', type: 'currency', label: {} },
        ],
      },
    },
  ],
}).entities.get('deal')!;

const entry = (rest: Partial<HistoryEntry>): HistoryEntry => ({
  sequence: 1,
  time: '2026-01-01T00:00:00Z',
  actor: { id: 'u', name: 'Anna' },
  cause: null,
  operation: 'update',
  before: null,
  after: null,
  ...rest,
});

describe('a history entry', () => {
  it('lists what changed in the order of the form, without what stayed empty', () => {
    const changes = changesOf(
      entry({
        before: { old: 'x', amount: '1.00', name: 'A', revision: 1 },
        after: { old: null, amount: '2.00', name: 'A', revision: 2 },
      }),
      entity,
    );
    expect(changes.map((change) => change.field.name)).toEqual(['amount', 'old']);
  });
  it('of a creation lists what was filled in', () => {
    const changes = changesOf(
      entry({ operation: 'create', after: { name: 'A', amount: null } }),
      entity,
    );
    expect(changes.map((change) => change.field.name)).toEqual(['name']);
  });
  it('belongs to a day', () => {
    const days = byDay(
      [
        entry({ time: '2026-01-02T01:00:00Z' }),
        entry({ time: '2026-01-01T09:00:00Z' }),
        entry({ time: '2026-01-01T08:00:00Z' }),
      ],
      (time) => time.slice(0, 10),
    );
    expect(days.map((day) => [day.day, day.entries.length])).toEqual([
      ['2026-01-02', 1],
      ['2026-01-01', 2],
    ]);
  });
});
