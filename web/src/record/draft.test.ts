import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/error';
import type { RecordRow } from '../api/types';
import {
  EMPTY_DRAFT,
  isDirty,
  rebase,
  resolveConflict,
  restoreDraft,
  setValue,
  settle,
  withRefusal,
} from './draft';

const record: RecordRow = {
  id: 'r1',
  revision: 3,
  name: 'Acme',
  amount: '10.00',
  account: { id: 'a1', title: 'Acme' },
};
const fields = new Set(['name', 'amount', 'account']);

describe('a draft', () => {
  it('holds only what differs, and remembers the revision it started from', () => {
    const draft = setValue(EMPTY_DRAFT, record, 'amount', '12.00');
    expect(draft).toMatchObject({ revision: 3, values: { amount: '12.00' } });
    expect(isDirty(setValue(draft, record, 'amount', '10.00'))).toBe(false);
    const later = setValue(draft, { ...record, revision: 4 }, 'name', 'B');
    expect(later.revision).toBe(3);
  });
  it('knows an expanded link by its id, and empty text as empty', () => {
    expect(isDirty(setValue(EMPTY_DRAFT, record, 'account', 'a1'))).toBe(false);
    expect(setValue(EMPTY_DRAFT, record, 'name', '').values).toEqual({ name: null });
    expect(isDirty(setValue(EMPTY_DRAFT, record, 'close_date', ''))).toBe(false);
  });
  it('keeps what was typed while a save was on its way', () => {
    let draft = setValue(EMPTY_DRAFT, record, 'amount', '12.00');
    draft = setValue(draft, record, 'name', 'New');
    const saved = settle(draft, { amount: '12.00' }, 4);
    expect(saved).toMatchObject({ revision: 4, values: { name: 'New' } });
  });
  it('does not take over a revision it has not seen saved', () => {
    const draft = setValue(EMPTY_DRAFT, record, 'amount', '12.00');
    expect(rebase(draft, { ...record, revision: 9 }).revision).toBe(3);
    expect(rebase(draft, { ...record, revision: 9, amount: '12.00' })).toBe(EMPTY_DRAFT);
  });
  it('shows a refusal beside its fields and loses nothing', () => {
    const draft = setValue(EMPTY_DRAFT, record, 'amount', 'abc');
    const refused = withRefusal(
      draft,
      new ApiError(422, {
        detail: 'No.',
        errors: [{ path: 'amount', code: 'x', message: 'Enter a number.' }],
      }),
      fields,
    );
    expect(refused.values).toEqual({ amount: 'abc' });
    expect(refused.problems).toEqual({ amount: 'Enter a number.' });
    expect(refused.head).toEqual([]);
    expect(setValue(refused, record, 'amount', '5.00').problems).toEqual({});
  });
  it('shows the whole message when no field is named', () => {
    const refused = withRefusal(EMPTY_DRAFT, new ApiError(409, { detail: 'Busy.' }), fields);
    expect(refused.head).toEqual(['Busy.']);
  });
  it('keeps mine and drops theirs after a conflict', () => {
    let draft = setValue(EMPTY_DRAFT, record, 'amount', '12.00');
    draft = setValue(draft, record, 'name', 'Mine');
    const left = resolveConflict(draft, { amount: 'theirs', name: 'mine' }, 7);
    expect(left).toMatchObject({ revision: 7, values: { name: 'Mine' } });
    expect(resolveConflict(draft, { amount: 'theirs', name: 'theirs' }, 7)).toBe(EMPTY_DRAFT);
  });
  it('comes back from storage without fields that are gone', () => {
    expect(restoreDraft({ values: { amount: '1.00', old: 1 }, revision: 2 }, fields)).toMatchObject(
      { revision: 2, values: { amount: '1.00' } },
    );
    expect(restoreDraft('nonsense', fields)).toBe(EMPTY_DRAFT);
    expect(restoreDraft(undefined, fields)).toBe(EMPTY_DRAFT);
  });
});
