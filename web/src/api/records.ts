/** Records over the wire, one function per route. */
import type { JsonObject } from '../lib/json';
import { api, type RequestOptions } from './client';
import type { AggregateQuery, HistoryEntry, RecordList, RecordQuery, RecordRow } from './types';

export interface BatchOperation {
  op: 'create' | 'update' | 'upsert' | 'delete';
  id?: string;
  revision?: number;
  values?: JsonObject;
}

const base = (ws: string, entity: string) =>
  `/w/${encodeURIComponent(ws)}/records/${encodeURIComponent(entity)}`;
const one = (ws: string, entity: string, id: string) =>
  `${base(ws, entity)}/${encodeURIComponent(id)}`;

/** GET's text form of a query. */
export function queryText(query: RecordQuery): Record<string, string | number | boolean> {
  const text: Record<string, string | number | boolean> = {};
  if (query.filter) text['filter'] = JSON.stringify(query.filter);
  for (const key of ['sort', 'fields', 'expand'] as const) {
    if (query[key]?.length) text[key] = query[key].join(',');
  }
  for (const key of ['limit', 'cursor', 'offset', 'count'] as const) {
    const value = query[key];
    if (value !== undefined) text[key] = value;
  }
  return text;
}

export const records = {
  list: (ws: string, entity: string, query: RecordQuery = {}, signal?: AbortSignal) =>
    api.get<RecordList>(base(ws, entity), { query: queryText(query), signal }),
  get: (ws: string, entity: string, id: string, expand: string[] = [], signal?: AbortSignal) =>
    api.get<RecordRow>(one(ws, entity, id), { query: queryText({ expand }), signal }),
  create: (ws: string, entity: string, values: JsonObject, options?: RequestOptions) =>
    api.post<RecordRow>(base(ws, entity), values, options),
  update: (ws: string, entity: string, id: string, values: JsonObject, revision?: number) =>
    api.patch<RecordRow>(one(ws, entity, id), values, { ifMatch: revision }),
  remove: (ws: string, entity: string, id: string, revision?: number) =>
    api.delete<void>(one(ws, entity, id), { ifMatch: revision }),
  /** Makes a deleted record again from the change log, with its id and its links. */
  restore: (ws: string, entity: string, id: string) =>
    api.post<RecordRow>(`${one(ws, entity, id)}/restore`),
  batch: (ws: string, entity: string, operations: BatchOperation[], options?: RequestOptions) =>
    api.post<{ results: unknown[] }>(`${base(ws, entity)}/batch`, operations, options),
  aggregate: <T = { groups: JsonObject[] }>(
    ws: string,
    entity: string,
    query: AggregateQuery,
    signal?: AbortSignal,
  ) => api.post<T>(`${base(ws, entity)}/aggregate`, query, { signal }),
  history: (ws: string, entity: string, id: string, cursor?: string, signal?: AbortSignal) =>
    api.get<{ entries: HistoryEntry[]; next_cursor: string | null }>(
      `${one(ws, entity, id)}/history`,
      { query: { cursor }, signal },
    ),
};
