/** Addresses that webhook steps post to. */
import { api } from './client';

export interface Endpoint {
  name: string;
  url: string;
  updated_at: string;
  /** In the answer that made it, and never again. */
  secret?: string;
}

const base = (ws: string) => `/w/${encodeURIComponent(ws)}/endpoints`;
const one = (ws: string, name: string) => `${base(ws)}/${encodeURIComponent(name)}`;

export const endpoints = {
  list: (ws: string) => api.get<{ endpoints: Endpoint[] }>(base(ws)),
  put: (ws: string, name: string, body: { url: string; rotate_secret?: boolean }) =>
    api.put<Endpoint>(one(ws, name), body),
  remove: (ws: string, name: string) => api.delete<void>(one(ws, name)),
};
