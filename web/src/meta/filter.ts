/**
 * The filter language evaluated in the browser, with the server's meaning: two-valued, an empty value
 * matches only `empty`, `ne`, `not_in` and `not_contains`, and `not` is the exact complement.
 */
import type { Field } from '../api/types';
import { today, toWall } from '../lib/dates';
import { compareDecimal } from '../lib/decimal';
import { isLeaf, type Filter, type Leaf, type Op, type Quantified } from '../lib/filter';
import { isEmpty, isObject, type Json } from '../lib/json';
import type { Catalogue, Entity } from './catalogue';
import { targetOf } from './use_entity';

/** What variables mean, and the entities that paths lead to. */
export interface FilterScope {
  catalogue: Catalogue;
  /** The person's user record, for `{"var": "me"}`. */
  me: string;
  /** Milliseconds UTC, for `today` and `now`. */
  now: number;
  timeZone: string;
}

type Values = Readonly<Record<string, unknown>>;

/** Whether a record matches. Links must be expanded where the filter walks them. */
export function matches(
  filter: Filter,
  record: Values,
  entity: Entity,
  scope: FilterScope,
): boolean {
  if ('and' in filter) return filter.and.every((part) => matches(part, record, entity, scope));
  if ('or' in filter) return filter.or.some((part) => matches(part, record, entity, scope));
  if ('not' in filter) return !matches(filter.not, record, entity, scope);
  if (isLeaf(filter)) return matchesLeaf(filter, record, entity, scope);
  return matchesRelated(filter, record, entity, scope);
}

function matchesRelated(
  { field, some, every, none }: Quantified,
  record: Values,
  entity: Entity,
  scope: FilterScope,
): boolean {
  const target = targetOf(scope.catalogue, entity, field);
  const value = record[field];
  const list = isObject(value) && Array.isArray(value['records']) ? value['records'] : [];
  const related = list.filter(isObject);
  if (!target) return false;
  if (some) return related.some((row) => matches(some, row, target, scope));
  if (every) return related.every((row) => matches(every, row, target, scope));
  return none ? !related.some((row) => matches(none, row, target, scope)) : false;
}

/** These hold where their opposite does not, also behind an empty link. */
const OPPOSITES: Partial<Record<Op, Op>> = {
  ne: 'eq',
  not_in: 'in',
  not_contains: 'contains',
  empty: 'not_empty',
};

function matchesLeaf(leaf: Leaf, record: Values, entity: Entity, scope: FilterScope): boolean {
  const opposite = OPPOSITES[leaf.op];
  if (opposite) return !matchesLeaf({ ...leaf, op: opposite }, record, entity, scope);
  const dot = leaf.field.indexOf('.');
  if (dot >= 0) {
    const link = leaf.field.slice(0, dot);
    const target = targetOf(scope.catalogue, entity, link);
    const linked = record[link];
    if (!target || !isObject(linked)) return false;
    return matchesLeaf({ ...leaf, field: leaf.field.slice(dot + 1) }, linked, target, scope);
  }
  const field = entity.byName.get(leaf.field);
  const value = bare(record[leaf.field]);
  if (!field || isEmpty(value)) return false;
  return leaf.op === 'not_empty' || compare(leaf, field, value as Json, scope);
}

const bare = (value: unknown) => (isObject(value) && 'id' in value ? value['id'] : value);

function compare(leaf: Leaf, field: Field, value: Json, scope: FilterScope): boolean {
  const days = wholeDays(leaf, field, scope);
  if (days) return inDays(days, leaf.op, field, value, scope);
  const order = (operand: Json | undefined) =>
    orderOf(field, value, resolve(operand ?? null, scope));
  const list = Array.isArray(leaf.value) ? leaf.value : [leaf.value ?? null];
  const text = () => fold(String(value));
  const needle = () => fold(String(leaf.value ?? ''));
  switch (leaf.op) {
    case 'eq':
    case 'in':
      return list.some((operand) => order(operand) === 0);
    case 'lt':
      return order(list[0]) < 0;
    case 'lte':
      return order(list[0]) <= 0;
    case 'gt':
      return order(list[0]) > 0;
    case 'gte':
      return order(list[0]) >= 0;
    case 'between':
      return order(list[0]) >= 0 && order(list[1]) <= 0;
    case 'contains':
      return text().includes(needle());
    case 'starts':
      return text().startsWith(needle());
    case 'ends':
      return text().endsWith(needle());
    default:
      return false;
  }
}

function resolve(operand: Json, scope: FilterScope): Json {
  if (!isObject(operand) || typeof operand['var'] !== 'string') return bare(operand) as Json;
  if (operand['var'] === 'me') return scope.me;
  if (operand['var'] === 'today') return today(scope.timeZone, scope.now);
  return operand['var'] === 'now' ? new Date(scope.now).toISOString() : null;
}

const NUMBERS = new Set(['integer', 'decimal', 'currency', 'revision']);

/** Less than 0, 0 or more; NaN (nothing holds) when the two cannot be compared. */
function orderOf(field: Field, a: Json, b: Json): number {
  if (a === null || b === null) return NaN;
  if (NUMBERS.has(field.type)) return compareDecimal(String(a), String(b));
  if (field.type === 'date_time') return Date.parse(String(a)) - Date.parse(String(b));
  if (typeof a === 'boolean' || typeof b === 'boolean') return a === b ? 0 : NaN;
  const isKeyed = !EXACT.has(field.type);
  const [x, y] = isKeyed
    ? [fold(String(a).trim()), fold(String(b).trim())]
    : [String(a), String(b)];
  return x === y ? 0 : x < y ? -1 : 1;
}

/** Types whose text is a name or an id, not something a person typed. */
const EXACT = new Set(['select', 'stage', 'link', 'user', 'id', 'date']);

/** Case, width and compatibility forms do not matter; one character at a time, as the server does. */
export function fold(text: string): string {
  const lower = Array.from(text.normalize('NFKC'), (letter) => letter.toLowerCase());
  return lower.join('').normalize('NFKC');
}

interface Days {
  from: string;
  to: string;
}

/** Comparisons by whole days: `within`, and an instant compared with a day. */
function wholeDays(leaf: Leaf, field: Field, scope: FilterScope): Days | null {
  if (leaf.op === 'within') return periodOf(leaf.value, today(scope.timeZone, scope.now));
  if (field.type !== 'date_time') return null;
  const list = Array.isArray(leaf.value) ? leaf.value : [leaf.value ?? null];
  const days = list.map((operand) => {
    const value = resolve(operand, scope);
    return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : null;
  });
  const [from, to = from] = days;
  return from && to ? { from, to } : null;
}

function inDays(
  { from, to }: Days,
  op: Op,
  field: Field,
  value: Json,
  scope: FilterScope,
): boolean {
  const day = dayOf(field, String(value), scope.timeZone);
  if (op === 'lt') return day < from;
  if (op === 'gte') return day >= from;
  if (op === 'lte') return day <= to;
  if (op === 'gt') return day > to;
  return day >= from && day <= to;
}

function dayOf(field: Field, value: string, timeZone: string): string {
  return field.type === 'date_time' ? toWall(value, timeZone).slice(0, 10) : value;
}

/**
 * `{"this": "month"}` is the calendar month, `{"last": 7, "unit": "day"}` ends today,
 * `{"next": 2, "unit": "week"}` starts today.
 */
export function periodOf(value: Json | undefined, day: string): Days | null {
  if (!isObject(value)) return null;
  if (typeof value['this'] === 'string') {
    const from = startOf(day, value['this']);
    return { from, to: addDays(step(from, value['this'], 1), -1) };
  }
  const unit = String(value['unit']);
  if (typeof value['last'] === 'number') {
    return { from: addDays(step(day, unit, -value['last']), 1), to: day };
  }
  if (typeof value['next'] !== 'number') return null;
  return { from: day, to: addDays(step(day, unit, value['next']), -1) };
}

const asDate = (day: string) => new Date(`${day}T00:00:00Z`);
const asDay = (date: Date) => date.toISOString().slice(0, 10);

function addDays(day: string, count: number): string {
  const date = asDate(day);
  date.setUTCDate(date.getUTCDate() + count);
  return asDay(date);
}

function startOf(day: string, unit: string): string {
  const date = asDate(day);
  // A week begins on Monday.
  if (unit === 'week') return addDays(day, -((date.getUTCDay() + 6) % 7));
  if (unit === 'month') date.setUTCDate(1);
  if (unit === 'quarter') date.setUTCMonth(Math.floor(date.getUTCMonth() / 3) * 3, 1);
  if (unit === 'year') date.setUTCMonth(0, 1);
  return asDay(date);
}

const MONTHS: Record<string, number> = { month: 1, quarter: 3, year: 12 };

/** The same day some units later; the last day of the month where that has fewer days. */
function step(day: string, unit: string, count: number): string {
  if (unit === 'day') return addDays(day, count);
  if (unit === 'week') return addDays(day, count * 7);
  const date = asDate(day);
  const wanted = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + (MONTHS[unit] ?? 1) * count, 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return asDay(date);
}
