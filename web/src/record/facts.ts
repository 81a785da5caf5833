/** Which fields stand in the row of key facts, and which one is the stage. Pure. */
import type { Field } from '../api/types';
import type { Entity } from '../meta/catalogue';

const FACTS_MAX = 4;
/** Short, telling values; long text and addresses say too much for a row. */
const TELLING = new Set([
  'currency',
  'decimal',
  'integer',
  'date',
  'date_time',
  'select',
  'link',
  'user',
]);

export function stageField(entity: Entity): Field | undefined {
  return entity.fields.find((field) => field.type === 'stage');
}

/** The fields of the board's cards first, then of the first grid's columns. */
export function keyFacts(entity: Entity, canRead: (name: string) => boolean): Field[] {
  const cards = entity.views.flatMap((view) => {
    const fields = view.settings?.['card_fields'];
    return Array.isArray(fields) ? fields.map(String) : [];
  });
  const columns = entity.views.flatMap((view) => view.columns?.map((column) => column.field) ?? []);
  const names = [...new Set([...cards, ...columns])];
  return names
    .filter((name) => name !== entity.document.title_field && canRead(name))
    .flatMap((name) => entity.byName.get(name) ?? [])
    .filter((field) => TELLING.has(field.type) && !field.built_in)
    .slice(0, FACTS_MAX);
}
