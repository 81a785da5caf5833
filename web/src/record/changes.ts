/** What a history entry changed, field by field. Pure. */
import type { Field, HistoryEntry } from '../api/types';
import { type Json, isEmpty, sameJson } from '../lib/json';
import type { Entity } from '../meta/catalogue';
import { plain } from './draft';

export interface FieldChange {
  field: Field;
  before: Json | undefined;
  after: Json | undefined;
}

const OWN = new Set(['id', 'revision', 'created_at', 'created_by', 'updated_at', 'updated_by']);

/** In the entity's order; fields that are gone meanwhile come last under their old name. */
export function changesOf(entry: HistoryEntry, entity: Entity): FieldChange[] {
  const before = entry.before ?? {};
  const after = entry.after ?? {};
  const order = entity.fields.map((field) => field.name);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !OWN.has(name))
    .toSorted((a, b) => place(a) - place(b));
  return names
    .map((name) => ({
      field: entity.byName.get(name) ?? {
        id: name,
        name,
        type: 'unknown',
        label: { en: name },
      },
      before: before[name],
      after: after[name],
    }))
    .filter((change) => !sameJson(plain(change.before), plain(change.after)))
    .filter((change) => !isEmpty(change.before) || !isEmpty(change.after));
}

export interface Day {
  day: string;
  entries: HistoryEntry[];
}

/** Entries, newest first, gathered by the day that `dayOf` gives. */
export function byDay(entries: readonly HistoryEntry[], dayOf: (time: string) => string): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.time);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
