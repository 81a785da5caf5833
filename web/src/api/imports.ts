/** Imports over the wire: started with the file's text, followed until they end. */
import type { Json } from '../lib/json';
import { api, apiUrl, send } from './client';

/** Where a column goes: a field, or a field with how its values are found and what they mean. */
export type ColumnMapping =
  string | { field: string; by?: string; values?: Record<string, string> };

export interface ImportRequest {
  entity: string;
  match?: string[];
  mapping: Record<string, ColumnMapping>;
  dry_run?: boolean;
  content: string;
}
export interface ImportState {
  id: string;
  state: string;
  total: number;
  done?: number;
  position?: number;
  created: number;
  updated: number;
  /** Rows that were as they should be already. */
  unchanged?: number;
  failed: number;
  /** Why it stopped before its end. */
  failure?: Json;
}

const w = (ws: string) => `/w/${encodeURIComponent(ws)}/imports`;

export const imports = {
  create: (ws: string, request: ImportRequest) => api.post<{ id: string }>(w(ws), request),
  get: (ws: string, id: string, signal?: AbortSignal) =>
    api.get<ImportState>(`${w(ws)}/${encodeURIComponent(id)}`, { signal }),
  errorsUrl: (ws: string, id: string) => apiUrl(`${w(ws)}/${encodeURIComponent(id)}/errors.csv`),
  errors: async (ws: string, id: string) => {
    const response = await send('GET', `${w(ws)}/${encodeURIComponent(id)}/errors.csv`, {
      accept: 'text/csv',
    });
    return response.text();
  },
};
