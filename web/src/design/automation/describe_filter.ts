/** A filter as a line of words, where it is simple enough; conditions of automations read so. */
import { toText } from '../../fields';
import { t } from '../../i18n';
import { type Filter, isLeaf } from '../../lib/filter';
import { type Json, isObject } from '../../lib/json';
import type { Entity } from '../../meta/catalogue';
import { fieldLabel } from '../../meta/label';

function valueText(entity: Entity, name: string, value: Json | undefined): string {
  if (Array.isArray(value)) {
    return value.map((one) => valueText(entity, name, one)).join(', ');
  }
  if (isObject(value)) {
    const variable = String(value['var'] ?? '');
    return (t.views.filter as unknown as Record<string, string>)[variable] ?? variable;
  }
  const field = entity.byName.get(name);
  return field ? toText(value, field) : String(value ?? '');
}

export function describeFilter(filter: Filter, entity: Entity): string {
  const joined = (parts: Filter[], word: string) =>
    parts.map((part) => describeFilter(part, entity)).join(` ${word} `);
  if ('and' in filter) return joined(filter.and, t.views.filter.and);
  if ('or' in filter) return `(${joined(filter.or, t.build.automations.or)})`;
  if ('not' in filter) return `${t.build.automations.not} (${describeFilter(filter.not, entity)})`;
  if (!isLeaf(filter)) return fieldLabel(entity, filter.field);
  const { field, op, value } = filter;
  const words = t.views.filter.ops as Record<string, string>;
  const text = value === undefined ? '' : `“${valueText(entity, field, value)}”`;
  return `${fieldLabel(entity, field)} ${words[op] ?? op} ${text}`.trim();
}
