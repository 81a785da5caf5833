import { expect, it } from 'vitest';
import type { DocumentEntry, Meta, WorkspaceMe } from '../api/types';
import { toCan } from '../meta/can';
import { toCatalogue } from '../meta/catalogue';
import { flatNavigation, toNavigation } from './navigation';

const entity = (name: string): DocumentEntry => ({
  kind: 'entity',
  name,
  document: { name, label: { en: name }, title_field: 'name', fields: [] },
});

const meta: Meta = {
  revision: 1,
  documents: [
    entity('deal'),
    entity('cost'),
    {
      kind: 'view',
      name: 'deal.all',
      document: { name: 'deal.all', entity: 'deal', type: 'grid', label: { en: 'All' } },
    },
    {
      kind: 'view',
      name: 'deal.board',
      document: { name: 'deal.board', entity: 'deal', type: 'kanban', label: { en: 'Board' } },
    },
    {
      kind: 'app',
      name: 'crm',
      document: {
        name: 'crm',
        label: { en: 'CRM' },
        navigation: [
          { entity: 'deal', view: 'all' },
          { entity: 'deal', view: 'board' },
          { label: { en: 'Secret' }, children: [{ entity: 'cost' }] },
          { entity: 'gone' },
        ],
      },
    },
    { kind: 'app', name: 'base', document: { name: 'base', navigation: [] } },
  ],
};
const rights = { create: false, update: false, delete: false, fields: {} };
const me = {
  entities: { deal: { ...rights, read: true }, cost: { ...rights, read: false } },
  capabilities: [],
} as unknown as WorkspaceMe;

it('navigation names views, and hides what may not be read or does not exist', () => {
  const groups = toNavigation(toCatalogue(meta), toCan(me));
  expect(groups.map((group) => group.label)).toEqual(['CRM']);
  expect(flatNavigation(groups).map((entry) => [entry.label, entry.view])).toEqual([
    ['deal', undefined],
    ['deal · Board', 'board'],
  ]);
});
