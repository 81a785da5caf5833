import { describe, expect, it } from 'vitest';
import type { ViewDocument } from '../api/types';
import { toCatalogue } from '../meta/catalogue';
import {
  changedParts,
  madeUpView,
  shownState,
  sortOf,
  storedState,
  toDocument,
  toggleSort,
  withChange,
} from './view_state';

const text = (name: string) => ({ id: name, name, type: 'text', label: { en: name } });
const entity = toCatalogue({
  revision: 1,
  documents: [
    {
      kind: 'entity',
      name: 'deal',
      document: {
        name: 'deal',
        label: { en: 'Deal' },
        title_field: 'name',
        fields: [text('amount'), text('name'), text('stage')],
      },
    },
  ],
}).entities.get('deal')!;
const view: ViewDocument = {
  name: 'deal.all',
  entity: 'deal',
  type: 'grid',
  filter: { field: 'stage', op: 'eq', value: 'won' },
  sort: ['-amount', 'gone'],
  columns: [{ field: 'name', width: 200 }, { field: 'gone' }, { field: 'amount' }],
};
const stored = storedState(entity, view);

describe('a stored view', () => {
  it('leaves out what no longer exists', () => {
    expect(stored.columns.map((column) => column.field)).toEqual(['name', 'amount']);
    expect(stored.sort).toEqual(['-amount']);
  });
  it('without columns starts with the title', () => {
    const fields = storedState(entity, madeUpView(entity)).columns.map((column) => column.field);
    expect(fields).toEqual(['name', 'amount', 'stage']);
  });
});

describe('personal changes', () => {
  it('lie over the document and can switch its filter off', () => {
    const shown = shownState(stored, { filter: null, sort: ['name'] }, entity);
    expect(shown.filter).toBeUndefined();
    expect(shown.sort).toEqual(['name']);
    expect(shown.columns).toBe(stored.columns);
    expect(changedParts(stored, shown)).toEqual(['filter', 'sort']);
  });
  it('that come back to the document are forgotten', () => {
    const once = withChange(stored, {}, { sort: ['name'] });
    expect(once).toEqual({ sort: ['name'] });
    expect(withChange(stored, once, { sort: ['-amount'] })).toEqual({});
    expect(withChange(stored, {}, { filter: null })).toEqual({ filter: null });
    expect(withChange(stored, { filter: null }, { filter: stored.filter! })).toEqual({});
  });
  it('to columns do not hide a field that the document got later', () => {
    const personal = withChange(stored, {}, { columns: [{ field: 'name' }] });
    const grown = { ...stored, columns: [...stored.columns, { field: 'stage' }] };
    const fields = shownState(grown, personal, entity).columns.map((column) => column.field);
    expect(fields).toEqual(['name', 'stage']);
  });
  it('become the document when they are saved for everyone', () => {
    const shown = shownState(stored, { filter: null }, entity);
    const saved = toDocument(view, shown);
    expect('filter' in saved).toBe(false);
    expect(saved.name).toBe('deal.all');
  });
});

describe('sorting by headers', () => {
  it('goes up, down, off', () => {
    expect(toggleSort(['x'], 'name', false)).toEqual(['name']);
    expect(toggleSort(['name'], 'name', false)).toEqual(['-name']);
    expect(toggleSort(['-name'], 'name', false)).toEqual([]);
  });
  it('with Shift keeps the other fields', () => {
    expect(toggleSort(['-amount'], 'name', true)).toEqual(['-amount', 'name']);
    expect(toggleSort(['-amount', 'name'], 'amount', true)).toEqual(['name']);
    expect(toggleSort(['amount', 'name'], 'amount', true)).toEqual(['-amount', 'name']);
  });
  it('knows the way and the place', () => {
    expect(sortOf(['a', '-b'], 'b')).toEqual({ isDescending: true, at: 1 });
    expect(sortOf(['a'], 'b')).toBeNull();
  });
});
