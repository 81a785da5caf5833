import { describe, expect, it } from 'vitest';
import type { FormNode, Meta } from '../api/types';
import { type Entity, toCatalogue } from '../meta/catalogue';
import { fieldsOf, formNodes, toSections } from './form_tree';

const field = (name: string, type = 'text') => ({ id: name, name, type, label: { en: name } });

function entityWith(form?: FormNode[]): { entity: Entity; meta: Meta } {
  const meta: Meta = {
    revision: 1,
    documents: [
      {
        kind: 'entity',
        name: 'deal',
        document: {
          name: 'deal',
          label: { en: 'Deal' },
          title_field: 'name',
          fields: [field('name'), field('stage', 'select'), field('notes', 'long_text')],
        },
      },
      ...(form
        ? [
            {
              kind: 'form' as const,
              name: 'deal.main',
              document: { name: 'deal.main', entity: 'deal', children: form },
            },
          ]
        : []),
    ],
  };
  return { entity: toCatalogue(meta).entities.get('deal')!, meta };
}

function sections(form: FormNode[] | undefined, values = {}) {
  const { entity, meta } = entityWith(form);
  return toSections(formNodes(entity), {
    entity,
    values,
    scope: { catalogue: toCatalogue(meta), me: 'u', now: 0, timeZone: 'UTC' },
    canRead: () => true,
    isWide: (f) => f.type === 'long_text',
  });
}
const names = (form?: FormNode[], values = {}) =>
  sections(form, values).map((section) => [
    section.title,
    ...section.items.map((item) => item.field.name),
  ]);

describe('a form', () => {
  it('without a document shows every field', () => {
    expect(names()).toEqual([['', 'name', 'stage', 'notes']]);
    expect(sections(undefined)[0]!.items[2]).toMatchObject({ width: 12 });
  });
  const form: FormNode[] = [
    { kind: 'field', field: 'name' },
    {
      kind: 'tab',
      label: { en: 'Tab' },
      children: [
        {
          kind: 'section',
          label: { en: 'Deal' },
          children: [
            { kind: 'field', field: 'stage', required_when: { field: 'name', op: 'not_empty' } },
            {
              kind: 'field',
              field: 'notes',
              visible_when: { field: 'stage', op: 'eq', value: 'won' },
            },
            { kind: 'field', field: 'gone' },
          ],
        },
      ],
    },
  ];
  it('shows what its conditions let through', () => {
    expect(names(form)).toEqual([
      ['', 'name'],
      ['Deal', 'stage'],
    ]);
    expect(names(form, { stage: 'won' })).toEqual([
      ['', 'name'],
      ['Deal', 'stage', 'notes'],
    ]);
  });
  it('requires by condition', () => {
    expect(sections(form)[1]!.items[0]).toMatchObject({ isRequired: false });
    expect(sections(form, { name: 'x' })[1]!.items[0]).toMatchObject({ isRequired: true });
  });
  it('names all its fields', () => {
    expect(fieldsOf(form)).toEqual(['name', 'stage', 'notes', 'gone']);
  });
});
