import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/error';
import type { RecordRow } from '../../api/types';
import { Edits, type Outcome, type Sender } from './edits';
import type { Step } from './history';

const row: RecordRow = { id: 'a', revision: 1, name: 'old', amount: '1.00' };

/** A server that answers when told to, and a memory of everything that happened. */
function setUp(answers: Partial<Sender> = {}) {
  const rows = new Map<string, RecordRow>([[row.id, row]]);
  const steps: Step[] = [];
  const sent: unknown[] = [];
  const sender: Sender = {
    update: async (id, values, revision) => {
      sent.push({ id, values, revision });
      return { ...rows.get(id)!, ...values, revision: revision + 1 };
    },
    batch: async (writes, revisions) => {
      sent.push(writes);
      return writes.map((write): Outcome => {
        if (write.op !== 'update') return { ok: true, record: null };
        const revision = (revisions.get(write.id) ?? 1) + 1;
        return { ok: true, record: { ...rows.get(write.id)!, ...write.values, revision } };
      });
    },
    ...answers,
  };
  const edits = new Edits({
    sender,
    fields: new Set(['name', 'amount', 'stage']),
    latest: (id) => rows.get(id),
    onSaved: (records) => records.forEach((record) => rows.set(record.id, record)),
    onRemoved: (ids) => ids.forEach((id) => rows.delete(id)),
    onStep: (step) => steps.push(step),
  });
  return { edits, rows, steps, sent };
}

describe('an edit', () => {
  it('shows at once, is saved with its revision and can be undone', async () => {
    const { edits, rows, steps, sent } = setUp();
    const saving = edits.save([{ record: row, values: { name: 'new' } }]);
    expect(edits.draft('a')).toEqual({ values: { name: 'new' }, faults: {}, saving: 1 });
    await saving;
    expect(sent).toEqual([{ id: 'a', values: { name: 'new' }, revision: 1 }]);
    expect(rows.get('a')?.name).toBe('new');
    expect(edits.draft('a')).toBeUndefined();
    expect(steps[0]?.undo).toEqual([{ op: 'update', id: 'a', values: { name: 'old' } }]);
  });
  it('that changes nothing sends nothing', async () => {
    const { edits, sent } = setUp();
    await edits.save([{ record: row, values: { name: 'old' } }]);
    expect(sent).toEqual([]);
  });
  it('quickly followed by another uses the revision that the first one made', async () => {
    const { edits, sent, steps } = setUp();
    void edits.save([{ record: row, values: { name: 'one' } }]);
    await edits.save([{ record: row, values: { name: 'two' } }]);
    expect(sent.map((call) => (call as { revision: number }).revision)).toEqual([1, 2]);
    expect(steps[1]?.undo).toEqual([{ op: 'update', id: 'a', values: { name: 'one' } }]);
  });
});

describe('a refusal', () => {
  const refusing = (status: number, body: Record<string, unknown>) =>
    setUp({ update: () => Promise.reject(new ApiError(status, body)) });

  it('keeps what was typed and explains it in the cell', async () => {
    const { edits, rows, steps } = refusing(422, {
      errors: [{ path: 'amount', code: 'min', message: 'At least 0.' }],
      hint: 'Enter a larger amount.',
    });
    await edits.save([{ record: row, values: { amount: '-5.00' } }]);
    expect(edits.draft('a')?.values).toEqual({ amount: '-5.00' });
    expect(edits.draft('a')?.faults['amount']).toEqual({
      kind: 'refused',
      message: 'At least 0.',
      hint: 'Enter a larger amount.',
    });
    expect(rows.get('a')).toBe(row);
    expect(steps).toEqual([]);
    expect(edits.faultCount).toBe(1);
    edits.discard('a', 'amount');
    expect(edits.draft('a')).toBeUndefined();
  });
  it('about a field that was not edited is explained in the one that was', async () => {
    const { edits } = refusing(422, {
      errors: [{ path: 'amount', code: 'hook', message: 'A won deal needs an amount.' }],
    });
    await edits.save([{ record: row, values: { stage: 'won' } }]);
    expect(edits.draft('a')?.faults['stage']?.message).toBe('A won deal needs an amount.');
  });
  it('by conflict offers their value, and mine can be kept knowingly', async () => {
    let conflict = true;
    const sent: number[] = [];
    const { edits } = setUp({
      update: async (_, values, revision) => {
        sent.push(revision);
        if (!conflict) return { ...row, ...values, revision: 6 };
        conflict = false;
        throw new ApiError(412, {
          base: { name: 'old' },
          yours: { name: 'mine' },
          theirs: { name: 'theirs' },
          current_revision: 5,
        });
      },
    });
    await edits.save([{ record: row, values: { name: 'mine' } }]);
    expect(edits.draft('a')?.faults['name']).toMatchObject({ kind: 'conflict', theirs: 'theirs' });
    await edits.keepMine(row, 'name');
    expect(sent).toEqual([1, 5]);
    expect(edits.draft('a')).toBeUndefined();
  });
  it('for want of a connection says so', async () => {
    const { edits } = refusing(0, {});
    await edits.save([{ record: row, values: { name: 'new' } }]);
    expect(edits.draft('a')?.faults['name']?.kind).toBe('offline');
  });
});

describe('many edits', () => {
  it('go as one request and one step; refused records are marked, the others saved', async () => {
    const other: RecordRow = { id: 'b', revision: 3, name: 'b' };
    const { edits, rows, steps } = setUp({
      batch: async (writes) =>
        writes.map((write): Outcome => {
          if (write.id === 'b') return { ok: false, error: new ApiError(422, { detail: 'No.' }) };
          return { ok: true, record: { ...row, name: 'x', revision: 2 } };
        }),
    });
    await edits.save(
      [
        { record: row, values: { name: 'x' } },
        { record: other, values: { name: 'x' } },
      ],
      'paste',
    );
    expect(rows.get('a')?.name).toBe('x');
    expect(edits.draft('b')?.faults['name']?.message).toBe('No.');
    expect(steps).toHaveLength(1);
    expect(steps[0]?.undo).toHaveLength(1);
  });
  it('pasted text that cannot be read stays in its cell', () => {
    const { edits } = setUp();
    edits.reject('a', 'amount', 'twelve', 'Enter a number.');
    expect(edits.draft('a')?.faults['amount']?.text).toBe('twelve');
  });
});

describe('creating and deleting', () => {
  it('is a step of its own, whose writes are sent back by undo', async () => {
    const { edits, rows, steps } = setUp();
    const step: Step = {
      kind: 'delete',
      redo: [{ op: 'delete', id: 'a' }],
      undo: [{ op: 'restore', id: 'a' }],
    };
    await edits.write(step.redo, step);
    expect(rows.has('a')).toBe(false);
    expect(steps).toEqual([step]);
  });
  it('that is refused throws and leaves everything as it was', async () => {
    const { edits, rows, steps } = setUp({
      batch: async () => [{ ok: false, error: new ApiError(409, { detail: 'Still linked.' }) }],
    });
    const step: Step = { kind: 'delete', redo: [{ op: 'delete', id: 'a' }], undo: [] };
    await expect(edits.write(step.redo, step)).rejects.toThrow('Still linked.');
    expect(rows.has('a')).toBe(true);
    expect(steps).toEqual([]);
  });
});
