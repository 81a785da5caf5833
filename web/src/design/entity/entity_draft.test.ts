import { describe, expect, it } from 'vitest';
import type { DocumentEntry, EntityDocument, Field } from '../../api/types';
import {
  type EntityDraft,
  countChanges,
  mergeEntity,
  moveField,
  putField,
  removeField,
  toOperations,
} from './entity_draft';

const field = (name: string, rest: Partial<Field> = {}): Field => ({
  id: `${name}_k1`,
  name,
  type: 'text',
  label: { en: name },
  ...rest,
});
const base: EntityDocument = {
  id: 'deal_k',
  name: 'deal',
  label: { en: 'Deal' },
  title_field: 'name',
  inverses: [],
  fields: [field('name'), field('amount'), field('notes')],
};
const draft: EntityDraft = { document: base, shown: [] };
const added = field('city', { id: 'new:1' });

describe('an entity draft', () => {
  it('counts what would change', () => {
    expect(countChanges(base, draft)).toBe(0);
    expect(countChanges(base, putField(draft, added))).toBe(1);
    expect(countChanges(base, putField(draft, field('amount', { required: true })))).toBe(1);
    expect(countChanges(base, removeField(draft, 'notes_k1'))).toBe(1);
    expect(countChanges(base, moveField(draft, 'notes_k1', -1))).toBe(1);
    expect(moveField(draft, 'name_k1', -1)).toBe(draft);
  });

  it('sends no local ids and nothing that the server makes', () => {
    const status = field('status', {
      id: 'new:2',
      settings: {
        options: [
          { id: 'new:a', name: 'a', label: {} },
          { id: 'b', name: 'b', label: {} },
        ],
      },
    });
    const [operation] = toOperations(putField(draft, status), []);
    const sent = (operation as { document: EntityDocument }).document;
    expect(sent).not.toHaveProperty('inverses');
    expect(sent.fields[3]).not.toHaveProperty('id');
    expect(sent.fields[3]!.settings!.options).toEqual([
      { name: 'a', label: {} },
      { id: 'b', name: 'b', label: {} },
    ]);
    expect(sent.fields[0]!.id).toBe('name_k1');
  });

  it('puts new fields into the form and the first grid when asked', () => {
    const documents: DocumentEntry[] = [
      {
        kind: 'form',
        name: 'deal.main',
        document: {
          name: 'deal.main',
          entity: 'deal',
          children: [
            { kind: 'section', children: [{ kind: 'field', field: 'name' }] },
            { kind: 'section', children: [{ kind: 'related', inverse: 'tasks' }] },
          ],
        },
      },
      {
        kind: 'view',
        name: 'deal.all',
        document: { name: 'deal.all', entity: 'deal', type: 'grid', columns: [{ field: 'name' }] },
      },
    ];
    const operations = toOperations({ ...putField(draft, added), shown: ['new:1'] }, documents);
    expect(operations.map((one) => one.kind)).toEqual(['entity', 'form', 'view']);
    expect(operations[1]).toMatchObject({
      document: { children: [{ children: [{ field: 'name' }, { field: 'city' }] }, {}] },
    });
    expect(operations[2]).toMatchObject({
      document: { columns: [{ field: 'name' }, { field: 'city' }] },
    });
    expect(toOperations(putField(draft, added), documents)).toHaveLength(1);
  });

  it('is carried over what somebody else published', () => {
    const mine = removeField(
      putField(putField(draft, added), field('amount', { required: true })),
      'notes_k1',
    ).document;
    const theirs: EntityDocument = {
      ...base,
      label: { en: 'Bargain' },
      fields: [
        field('name'),
        field('amount', { label: { en: 'Sum' } }),
        field('notes'),
        field('theirs'),
      ],
    };
    const merged = mergeEntity(base, mine, theirs);
    expect(merged.label).toEqual({ en: 'Bargain' });
    expect(merged.fields.map((one) => one.name)).toEqual(['name', 'amount', 'theirs', 'city']);
    expect(merged.fields[1]).toMatchObject({ required: true, label: { en: 'Sum' } });
  });
});
