/** How the columns of a file become fields: guessed, checked, and turned into a request. Pure. */
import type { ColumnMapping } from '../api/imports';
import type { Field } from '../api/types';
import type { Catalogue, Entity } from '../meta/catalogue';

/** Per column: the field it goes to, or nothing. */
export type Columns = Record<string, string | null>;
/** Per column: what a value of the file means. */
export type Meanings = Record<string, Record<string, string>>;

const fold = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '');

/** Fields that a file can fill. */
export function importable(entity: Entity, canWrite: (name: string) => boolean): Field[] {
  return entity.fields.filter((field) => !field.read_only && canWrite(field.name));
}

const isSame = (column: string, form: string) => column === form;
/** `deal_stage` for `stage`; short words say too little. */
const isEnding = (column: string, form: string) => form.length >= 4 && column.endsWith(form);

/** Every column to the field whose name or label it bears; none twice. */
export function guessColumns(header: readonly string[], fields: readonly Field[]): Columns {
  const taken = new Set<string>();
  const columns: Columns = Object.fromEntries(header.map((column) => [column, null]));
  // Exact names first, so that a looser match never takes their field.
  for (const matches of [isSame, isEnding]) {
    for (const column of header) {
      if (columns[column] !== null) continue;
      const field = fields.find(
        (one) =>
          !taken.has(one.name) &&
          [one.name, one.label.en, one.label['zh-CN']].some(
            (form) => form !== undefined && matches(fold(column), fold(form)),
          ),
      );
      if (!field) continue;
      taken.add(field.name);
      columns[column] = field.name;
    }
  }
  return columns;
}

export interface MappingFaults {
  missing: Field[];
  twice: Field[];
}

export function checkColumns(columns: Columns, fields: readonly Field[]): MappingFaults {
  const used = Object.values(columns).filter((name) => name !== null);
  return {
    missing: fields.filter(
      (field) => field.required && field.default === undefined && !used.includes(field.name),
    ),
    twice: fields.filter((field) => used.filter((name) => name === field.name).length > 1),
  };
}

/** The title of the records a link points at: what files name them by. */
export function linkKey(field: Field, catalogue: Catalogue): string {
  const target = field.type === 'user' ? 'user' : field.settings?.to;
  return catalogue.entities.get(target ?? '')?.document.title_field ?? 'name';
}

export function isLink(field: Field): boolean {
  return field.type === 'link' || field.type === 'user';
}

export function toMapping(
  columns: Columns,
  meanings: Meanings,
  entity: Entity,
  catalogue: Catalogue,
): Record<string, ColumnMapping> {
  const mapping: Record<string, ColumnMapping> = {};
  for (const [column, name] of Object.entries(columns)) {
    const field = name === null ? undefined : entity.byName.get(name);
    if (!field) continue;
    const given = Object.entries(meanings[column] ?? {}).filter(([, meaning]) => meaning !== '');
    const values = given.length > 0 ? { values: Object.fromEntries(given) } : {};
    if (isLink(field)) {
      mapping[column] = { field: field.name, by: linkKey(field, catalogue), ...values };
    } else mapping[column] = given.length > 0 ? { field: field.name, ...values } : field.name;
  }
  return mapping;
}

export interface Unknown {
  column: string;
  value: string;
  rows: number;
  reason: string;
}

/** Types whose values can be given a meaning: a text in the file stands for something known. */
const NAMED = new Set(['select', 'stage', 'link', 'user']);

/** The values in the error report that a meaning would cure, the most frequent first. */
export function unknownValues(
  report: readonly string[][],
  columns: Columns,
  entity: Entity,
): Unknown[] {
  const [header = [], ...rows] = report;
  const at = (name: string) => header.indexOf(name);
  const found = new Map<string, Unknown>();
  for (const row of rows) {
    const column = row[at('column')] ?? '';
    const value = row[at('value')] ?? '';
    const type = entity.byName.get(columns[column] ?? '')?.type;
    if (!type || !NAMED.has(type) || value === '') continue;
    const key = `${column}\u0000${value}`;
    const known = found.get(key);
    if (known) known.rows += 1;
    else found.set(key, { column, value, rows: 1, reason: row[at('reason')] ?? '' });
  }
  return [...found.values()].toSorted((a, b) => b.rows - a.rows);
}
