/** Accounts over the wire: first run, signing in and out, the own profile, tokens. */
import { api } from './client';
import type { Language, Me, WorkspaceMe } from './types';

const w = (ws: string) => `/w/${encodeURIComponent(ws)}`;

export interface ApiToken {
  id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
}

export const session = {
  me: (signal?: AbortSignal) => api.get<Me>('/me', { signal }),
  workspaceMe: (ws: string, signal?: AbortSignal) =>
    api.get<WorkspaceMe>(`${w(ws)}/me`, { signal }),
  login: (email: string, password: string) => api.post<Me>('/auth/login', { email, password }),
  logout: () => api.post<void>('/auth/logout'),
  setup: (body: { token: string; email: string; password: string; name: string }) =>
    api.post<Me>('/setup', body),
  setPassword: (old: string, next: string) => api.post<void>('/me/password', { old, new: next }),
  setLocale: (ws: string, locale: Language) => api.patch<unknown>(`${w(ws)}/me`, { locale }),
  tokens: (ws: string) => api.get<{ tokens: ApiToken[] }>(`${w(ws)}/tokens`),
  createToken: (ws: string, body: { name: string; expires_at?: string | null }) =>
    api.post<ApiToken & { token: string }>(`${w(ws)}/tokens`, body),
  revokeToken: (ws: string, id: string) =>
    api.delete<void>(`${w(ws)}/tokens/${encodeURIComponent(id)}`),
};
