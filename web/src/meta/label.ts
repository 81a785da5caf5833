/** What things are called on screen, in the current language. */
import type { RecordRow } from '../api/types';
import { label } from '../i18n';
import { isObject } from '../lib/json';
import type { Entity } from './catalogue';

export { label } from '../i18n';

/** An entity as a list: its plural where it has one. */
export function entityLabel(entity: Entity, form: 'one' | 'many' = 'many'): string {
  const { label: one, plural, name } = entity.document;
  return label(form === 'many' ? (plural ?? one) : one, name);
}

export function fieldLabel(entity: Entity, name: string): string {
  return label(entity.byName.get(name)?.label, name);
}

/** A record's title; empty when it has none yet. A title that is itself a link is its title. */
export function titleOf(entity: Entity, record: RecordRow): string {
  const value = record[entity.document.title_field];
  if (isObject(value)) return String(value['title'] ?? '');
  return value == null ? '' : String(value);
}
