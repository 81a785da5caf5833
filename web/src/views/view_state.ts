/**
 * How a person looks at a view: the stored document with their own changes over it. Pure; the hook
 * beside it keeps the changes in this browser.
 */
import type { ViewColumn, ViewDocument } from '../api/types';
import type { Filter } from '../lib/filter';
import { isObject, sameJson, type JsonObject } from '../lib/json';
import type { Entity } from '../meta/catalogue';

/** Columns that a view without its own list starts with. */
const COLUMNS_AT_FIRST = 8;
export const COLUMN_WIDTH_DEFAULT = 160;
export const ROW_HEIGHTS = { low: 32, normal: 36, tall: 44 } as const;
export type RowHeight = keyof typeof ROW_HEIGHTS;

/** What a view shows; everything in it can be saved for all (but for `rowHeight` and `totals`). */
export interface ViewState {
  filter?: Filter;
  sort: string[];
  columns: ViewColumn[];
  settings: JsonObject;
}

/** A person's changes to one view; only what differs from the document. */
export interface Personal extends Partial<Omit<ViewState, 'filter'>> {
  /** null: the document's filter is switched off. */
  filter?: Filter | null;
  /** Columns of the document when the person arranged theirs; later ones are news to show. */
  columnsSeen?: string[];
  rowHeight?: RowHeight;
  /** Footer measures by field. */
  totals?: Record<string, string>;
}

/** The parts of a view that its document holds. */
export type SharedPart = 'filter' | 'sort' | 'columns' | 'settings';
const SHARED: readonly SharedPart[] = ['filter', 'sort', 'columns', 'settings'];

/** What the document alone shows. */
export function storedState(entity: Entity, view: ViewDocument): ViewState {
  const known = (view.columns ?? []).filter((column) => entity.byName.has(column.field));
  const state: ViewState = {
    sort: (view.sort ?? []).filter((entry) => entity.byName.has(sortField(entry))),
    columns: known.length > 0 ? known : firstColumns(entity),
    settings: view.settings ?? {},
  };
  return view.filter ? { ...state, filter: view.filter } : state;
}

/** The document with the person's changes over it. */
export function shownState(stored: ViewState, personal: Personal, entity: Entity): ViewState {
  const columns = ownColumns(stored, personal, entity);
  const state: ViewState = {
    sort: (personal.sort ?? stored.sort).filter((entry) => entity.byName.has(sortField(entry))),
    columns: columns.length > 0 ? columns : stored.columns,
    settings: { ...stored.settings, ...personal.settings },
  };
  const filter = personal.filter === undefined ? stored.filter : personal.filter;
  return filter ? { ...state, filter } : state;
}

/** The person's columns, and those that the document got since. */
function ownColumns(stored: ViewState, personal: Personal, entity: Entity): ViewColumn[] {
  const own = personal.columns?.filter((column) => entity.byName.has(column.field)) ?? [];
  if (own.length === 0) return [];
  const seen = new Set(personal.columnsSeen ?? stored.columns.map(({ field }) => field));
  const isNews = ({ field }: ViewColumn) =>
    !seen.has(field) && !own.some((column) => column.field === field);
  return [...own, ...stored.columns.filter(isNews)];
}

/** Which parts the person changed. */
export function changedParts(stored: ViewState, shown: ViewState): SharedPart[] {
  return SHARED.filter((part) => !sameJson(stored[part] ?? null, shown[part] ?? null));
}

/** A personal change, without what is no longer different from the document. */
export function withChange(stored: ViewState, personal: Personal, change: Personal): Personal {
  const next: Personal = { ...personal, ...change };
  if (change.columns) next.columnsSeen = stored.columns.map(({ field }) => field);
  if (sameJson(next.filter ?? null, stored.filter ?? null)) delete next.filter;
  for (const part of ['sort', 'columns'] as const) {
    if (sameJson(next[part], stored[part])) delete next[part];
  }
  if (!next.columns) delete next.columnsSeen;
  if (
    isObject(next.settings) &&
    sameJson({ ...stored.settings, ...next.settings }, stored.settings)
  ) {
    delete next.settings;
  }
  return next;
}

/** The document that saves a state for everyone. */
export function toDocument(view: ViewDocument, state: ViewState): ViewDocument {
  const { filter: _, ...rest } = view;
  const document: ViewDocument = { ...rest, sort: state.sort, columns: state.columns };
  if (state.filter) document.filter = state.filter;
  if (Object.keys(state.settings).length > 0) document.settings = state.settings;
  return document;
}

/** A view for an entity that has none. */
export function madeUpView(entity: Entity): ViewDocument {
  return {
    name: `${entity.name}.all`,
    label: { en: 'All', 'zh-CN': '全部' },
    entity: entity.name,
    type: 'grid',
  };
}

function firstColumns(entity: Entity): ViewColumn[] {
  const title = entity.titleField ? [entity.titleField] : [];
  const others = entity.fields.filter((field) => field !== entity.titleField);
  return [...title, ...others].slice(0, COLUMNS_AT_FIRST).map(({ name }) => ({ field: name }));
}

/** `-amount` → `amount`. */
export function sortField(entry: string): string {
  return entry.startsWith('-') ? entry.slice(1) : entry;
}

/** Which way a field is sorted, and at which place among several; null when it is not. */
export function sortOf(
  sort: readonly string[],
  field: string,
): { isDescending: boolean; at: number } | null {
  const at = sort.findIndex((entry) => sortField(entry) === field);
  return at < 0 ? null : { isDescending: (sort[at] as string).startsWith('-'), at };
}

/** A click on a header: up, down, not at all. With Shift the field joins the others. */
export function toggleSort(sort: readonly string[], field: string, isAdded: boolean): string[] {
  const now = sortOf(sort, field);
  const next = now === null ? [field] : now.isDescending ? [] : [`-${field}`];
  if (!isAdded) return next;
  return now === null ? [...sort, field] : sort.toSpliced(now.at, 1, ...next);
}
