/** All field types, collected from this folder; look them up, never branch on the type. */
import type { Field } from '../api/types';
import { type Json, isEmpty } from '../lib/json';
import { t } from '../i18n';
import type { FieldKind, Reading } from './define_field';

export type { CellProps, FieldKind, InputProps, Reading } from './define_field';

const modules = import.meta.glob<FieldKind>(['./*.tsx', './settings/*.tsx', '!./*.test.tsx'], {
  eager: true,
  import: 'default',
});

const kinds = new Map<string, FieldKind>();
for (const kind of Object.values(modules)) if (kind?.type) kinds.set(kind.type, kind);

/** A type this version does not know is shown as text and cannot be edited. */
export function kindOf(field: Field): FieldKind {
  return kinds.get(field.type) ?? kinds.get('unknown')!;
}

export function allKinds(): FieldKind[] {
  return [...kinds.values()];
}

export function toText(value: Json | undefined, field: Field): string {
  return isEmpty(value) ? '' : kindOf(field).toText(value as Json, field);
}

export function fromText(text: string, field: Field): Reading {
  if (text.trim() === '') return { ok: true, value: null };
  const read = kindOf(field).fromText;
  return read ? read(text, field) : { ok: false, message: t.fields.problems.read_only };
}

/** What is wrong with a draft value, as far as the browser can tell. */
export function checkValue(value: Json | undefined, field: Field): string | null {
  if (isEmpty(value)) return field.required ? t.fields.problems.required : null;
  return kindOf(field).check?.(value as Json, field) ?? null;
}
