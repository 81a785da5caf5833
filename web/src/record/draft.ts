/**
 * What a person has entered and the server has not yet: only the fields that differ from the record.
 * Pure; `use_record_draft` and `use_create_draft` keep it in state and in this browser's storage.
 */
import { type ApiError, splitProblems } from '../api/error';
import type { RecordRow } from '../api/types';
import { type Json, type JsonObject, isObject, sameJson } from '../lib/json';

export interface Draft {
  /** The revision that was on screen when the first of these values was entered. */
  revision: number | null;
  values: JsonObject;
  problems: Record<string, string>;
  /** Problems that belong to no field on the form. */
  head: string[];
}

export const EMPTY_DRAFT: Draft = { revision: null, values: {}, problems: {}, head: [] };

/** A value as it is sent: an expanded link is its id. */
export function plain(value: unknown): Json {
  if (isObject(value) && typeof value['id'] === 'string') return value['id'];
  return value === undefined || value === '' ? null : (value as Json);
}

function without<T>(object: Record<string, T>, name: string): Record<string, T> {
  const { [name]: _, ...rest } = object;
  return rest;
}

export function isDirty(draft: Draft): boolean {
  return Object.keys(draft.values).length > 0;
}

/** Enters a value; one that equals the record's is no change at all. */
export function setValue(draft: Draft, base: Partial<RecordRow>, name: string, value: Json): Draft {
  const isSame = sameJson(plain(base[name]), plain(value));
  const values = isSame ? without(draft.values, name) : { ...draft.values, [name]: plain(value) };
  const isFirst = !isDirty(draft) && Object.keys(values).length > 0;
  return {
    revision: isFirst ? (base.revision ?? null) : draft.revision,
    values,
    problems: without(draft.problems, name),
    head: [],
  };
}

function keep(
  draft: Draft,
  revision: number | null,
  stays: (name: string, value: Json) => boolean,
) {
  const left = Object.entries(draft.values).filter(([name, value]) => stays(name, value));
  return left.length === 0 ? EMPTY_DRAFT : { ...draft, revision, values: Object.fromEntries(left) };
}

/** After somebody else's change: what the record now says itself is no draft any more. */
export function rebase(draft: Draft, base: RecordRow): Draft {
  return keep(draft, draft.revision, (name, value) => !sameJson(plain(base[name]), value));
}

/** After a save: only what was entered since it was sent is left (the server may have tidied a value). */
export function settle(draft: Draft, sent: JsonObject, revision: number): Draft {
  return keep(draft, revision, (name, value) => !(name in sent) || !sameJson(sent[name], value));
}

/** Puts the server's refusal beside the fields. */
export function withRefusal(draft: Draft, error: ApiError, fields: ReadonlySet<string>): Draft {
  const { byField, rest } = splitProblems(error, fields);
  const isPlaced = Object.keys(byField).length > 0;
  if (isPlaced) return { ...draft, problems: byField, head: rest };
  const head = rest.length > 0 ? rest : [error.message];
  return { ...draft, problems: {}, head: error.hint ? [...head, error.hint] : head };
}

export type Choice = 'mine' | 'theirs';

/** After a conflict: keeps the values chosen as mine, on top of the revision that was met. */
export function resolveConflict(
  draft: Draft,
  choices: Readonly<Record<string, Choice>>,
  currentRevision: number,
): Draft {
  const kept = Object.entries(draft.values).filter(([name]) => choices[name] !== 'theirs');
  if (kept.length === 0) return EMPTY_DRAFT;
  return { ...EMPTY_DRAFT, revision: currentRevision, values: Object.fromEntries(kept) };
}

/** What is in storage may be older than the entity: only fields that still exist come back. */
export function restoreDraft(stored: unknown, fields: ReadonlySet<string>): Draft {
  if (!isObject(stored) || !isObject(stored['values'])) return EMPTY_DRAFT;
  const values = Object.entries(stored['values']).filter(([name]) => fields.has(name));
  if (values.length === 0) return EMPTY_DRAFT;
  const revision = typeof stored['revision'] === 'number' ? stored['revision'] : null;
  return { ...EMPTY_DRAFT, revision, values: Object.fromEntries(values) };
}
