/** A board's columns and the moves between them. Pure. */
import type { Field, Option } from '../../api/types';
import { kindOf } from '../../fields';
import { allOf, type Filter } from '../../lib/filter';
import type { Json, JsonObject } from '../../lib/json';
import { label } from '../../meta/label';
import type { Entity } from '../../meta/catalogue';
import type { Group } from '../data/aggregate';
import { bare } from '../data/edits';
import { linkedEntity } from '../data/titles';

/** Columns of a board over links or users: the largest groups. */
export const COLUMNS_MAX = 50;
const CARD_FIELDS_AT_FIRST = 3;

export interface BoardColumn {
  key: string;
  /** The value of the group field in this column; null: none. */
  value: Json;
  /** What the column is of a select or stage field. */
  option?: Option;
  count: number;
  sum: Json;
}

export interface BoardSettings {
  groupBy: Field | undefined;
  cardFields: Field[];
  sum: Field | undefined;
}

/** Fields that can form columns. */
export function groupFields(entity: Entity): Field[] {
  return entity.fields.filter(
    (field) => field.settings?.options !== undefined || linkedEntity(field) !== undefined,
  );
}

export function sumFields(entity: Entity): Field[] {
  return entity.fields.filter((field) => kindOf(field).aggregates?.includes('sum'));
}

export function readSettings(entity: Entity, settings: JsonObject): BoardSettings {
  const named = (name: Json | undefined) =>
    typeof name === 'string' ? entity.byName.get(name) : undefined;
  const names = Array.isArray(settings['card_fields']) ? settings['card_fields'] : [];
  return {
    groupBy: named(settings['group_by']) ?? firstGroup(entity),
    cardFields: names.flatMap((name) => named(name) ?? []),
    sum: named(settings['sum']),
  };
}

/** A stage makes the best board. */
function firstGroup(entity: Entity): Field | undefined {
  const fields = groupFields(entity);
  return fields.find((field) => field.type === 'stage') ?? fields[0];
}

/** Settings of a new board; null when nothing could form its columns. */
export function beginBoard(entity: Entity): JsonObject | null {
  const groupBy = firstGroup(entity);
  if (!groupBy) return null;
  // A number that is unique says little on a card.
  const isFree = (field: Field) =>
    field !== groupBy && field !== entity.titleField && !field.unique;
  const cards = entity.fields.filter(isFree).slice(0, CARD_FIELDS_AT_FIRST);
  const sum = sumFields(entity)[0];
  return {
    group_by: groupBy.name,
    card_fields: cards.map(({ name }) => name),
    ...(sum ? { sum: sum.name } : {}),
  };
}

/** Columns in the order of the options, or by size; what has no value stands last. */
export function boardColumns(field: Field, groups: readonly Group[]): BoardColumn[] {
  const ofValue = (value: Json) => groups.find((group) => (group.by[field.name] ?? null) === value);
  const column = (value: Json, option?: Option): BoardColumn => {
    const [count = 0, sum = null] = ofValue(value)?.values ?? [];
    const base = { key: String(value ?? ''), value, count: Number(count ?? 0), sum };
    return option ? { ...base, option } : base;
  };
  const empty = column(null);
  const options = field.settings?.options;
  const columns = options
    ? options.map((option) => column(option.name, option)).filter(isInUse)
    : groups
        .map((group) => column(group.by[field.name] ?? null))
        .filter(({ value }) => value !== null)
        .toSorted((a, b) => b.count - a.count)
        .slice(0, COLUMNS_MAX);
  const hasEmpty = empty.count > 0 || (!field.required && !options);
  return hasEmpty ? [...columns, empty] : columns;
}

function isInUse({ option, count }: BoardColumn): boolean {
  return !option?.archived || count > 0;
}

/** The records of one column. */
export function columnFilter(field: Field, value: Json, filter: Filter | undefined): Filter {
  const own: Filter =
    value === null ? { field: field.name, op: 'empty' } : { field: field.name, op: 'eq', value };
  return allOf(filter, own) ?? own;
}

export function belongsTo(field: Field, value: Json): (record: JsonObjectLike) => boolean {
  return (record) => bare(record[field.name]) === value;
}

type JsonObjectLike = { readonly [key: string]: Json | undefined };

/** Whether a card may go from one column to another. Stages say themselves what comes next. */
export function mayMove(field: Field, from: Json, to: Json): boolean {
  if (from === to) return true;
  if (to === null) return !field.required;
  const next = field.settings?.options?.find((option) => option.name === from)?.to;
  return next === undefined || next.includes(String(to));
}

export function columnTitle(column: BoardColumn, noValue: string): string {
  if (column.value === null) return noValue;
  return label(column.option?.label, String(column.value));
}
