/** What stands on a record's card, and how it is read out. Pure. */
import type { Field, RecordRow } from '../api/types';
import { toText } from '../fields';
import { t } from '../i18n';
import { isEmpty, type Json } from '../lib/json';
import type { Entity } from '../meta/catalogue';
import { label, titleOf } from '../meta/label';

export interface Fact {
  field: Field;
  value: Json;
}

/** The fields that say something: neither empty nor a plain no. */
export function factsOf(record: RecordRow, fields: readonly Field[], max: number): Fact[] {
  return fields
    .flatMap((field) => {
      const value = record[field.name] ?? null;
      return isEmpty(value) || value === false ? [] : [{ field, value }];
    })
    .slice(0, max);
}

/** Title and facts as one sentence for screen readers, which skip the decorated values. */
export function cardName(entity: Entity, record: RecordRow, facts: readonly Fact[]): string {
  const title = titleOf(entity, record) || t.common.untitled;
  const texts = facts.map(
    ({ field, value }) => `${label(field.label, field.name)} ${toText(value, field)}`,
  );
  return [title, ...texts].join(', ');
}
