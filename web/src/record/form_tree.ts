/** A form document made ready to draw: what is visible, required, read-only for these values. Pure. */
import type { Field, FormNode } from '../api/types';
import { label } from '../i18n';
import type { JsonObject } from '../lib/json';
import type { Entity } from '../meta/catalogue';
import { type FilterScope, matches } from '../meta/filter';

export interface FormField {
  kind: 'field';
  field: Field;
  /** Of twelve columns. */
  width: number;
  isRequired: boolean;
  isReadOnly: boolean;
}
export interface FormRelated {
  kind: 'related';
  field: Field;
}
export interface FormSection {
  key: string;
  title: string;
  items: (FormField | FormRelated)[];
}

interface Context {
  entity: Entity;
  values: Readonly<JsonObject>;
  scope: FilterScope;
  canRead: (field: Field) => boolean;
  isWide: (field: Field) => boolean;
}

/** The form of an entity: its first form document, or every field in one section. */
export function formNodes(entity: Entity): FormNode[] {
  const form = entity.forms[0];
  if (form) return form.children;
  return [
    {
      kind: 'section',
      children: [
        ...entity.fields.map((field) => ({ kind: 'field' as const, field: field.name })),
        ...entity.inverses.map((field) => ({ kind: 'related' as const, inverse: field.name })),
      ],
    },
  ];
}

function toItem(node: FormNode, context: Context): FormField | FormRelated | null {
  const { entity, values, scope } = context;
  const field = entity.byName.get(node.field ?? node.inverse ?? '');
  if (!field || !context.canRead(field)) return null;
  const holds = (filter: FormNode['visible_when']) =>
    filter !== undefined && matches(filter, values, entity, scope);
  if (node.visible_when && !holds(node.visible_when)) return null;
  if (node.kind === 'related') return { kind: 'related', field };
  return {
    kind: 'field',
    field,
    width: Math.min(12, Math.max(1, node.width ?? (context.isWide(field) ? 12 : 6))),
    isRequired: field.required === true || holds(node.required_when),
    isReadOnly: holds(node.read_only_when),
  };
}

/** Sections in reading order; a tab opens a new run of sections, bare fields gather in one. */
export function toSections(nodes: readonly FormNode[], context: Context, key = ''): FormSection[] {
  const sections: FormSection[] = [];
  let loose: FormSection | null = null;
  nodes.forEach((node, index) => {
    const here = `${key}${index}`;
    if (node.kind === 'tab' || node.kind === 'section') {
      if (
        node.visible_when &&
        !matches(node.visible_when, context.values, context.entity, context.scope)
      ) {
        return;
      }
      loose = null;
      const inner = toSections(node.children ?? [], context, `${here}.`);
      const title = label(node.label);
      const first = inner[0];
      // A section's own fields carry its title; a tab's title goes to its first section.
      if (first && !first.title) first.title = title;
      sections.push(...inner);
      return;
    }
    const item = toItem(node, context);
    if (!item) return;
    if (!loose) {
      loose = { key: here, title: '', items: [] };
      sections.push(loose);
    }
    loose.items.push(item);
  });
  return sections;
}

/** Names of every field that the form can show, whatever the conditions. */
export function fieldsOf(nodes: readonly FormNode[]): string[] {
  return nodes.flatMap((node) => [
    ...(node.kind === 'field' && node.field ? [node.field] : []),
    ...fieldsOf(node.children ?? []),
  ]);
}
