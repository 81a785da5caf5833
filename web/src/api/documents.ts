/** Documents over the wire: reading what was built, and changing it by changesets. */
import { api } from './client';
import type { ChangesetReply, Meta, Operation, RevisionEntry } from './types';

const w = (ws: string) => `/w/${encodeURIComponent(ws)}`;

export interface Changeset {
  base_revision: number;
  operations: Operation[];
}
export interface TrashEntry {
  kind: string;
  name: string;
  entity?: string;
  label?: { en?: string; 'zh-CN'?: string };
  removed_at?: string;
  revision?: number;
  rows?: number;
}
export interface ScriptProblem {
  line: number;
  column: number;
  message: string;
}
export interface ScriptFunction {
  name: string;
  signature: string;
  doc: { en?: string; 'zh-CN'?: string };
}

export const documents = {
  meta: (ws: string, signal?: AbortSignal) => api.get<Meta>(`${w(ws)}/meta`, { signal }),
  preview: (ws: string, changeset: Changeset) =>
    api.post<ChangesetReply>(`${w(ws)}/meta/changesets`, changeset, { query: { preview: true } }),
  publish: (ws: string, changeset: Changeset, idempotencyKey?: string) =>
    api.post<ChangesetReply>(`${w(ws)}/meta/changesets`, changeset, { idempotencyKey }),
  revisions: (ws: string) => api.get<{ revisions: RevisionEntry[] }>(`${w(ws)}/meta/revisions`),
  revert: (ws: string, revision: number) =>
    api.post<ChangesetReply>(`${w(ws)}/meta/revisions/${revision}/revert`),
  trash: (ws: string) => api.get<{ trash: TrashEntry[] }>(`${w(ws)}/meta/trash`),
  checkScript: (
    ws: string,
    script: { source: string; hook?: string; entity?: string },
    signal?: AbortSignal,
  ) => api.post<{ problems: ScriptProblem[] }>(`${w(ws)}/scripts/check`, script, { signal }),
  completions: (ws: string) =>
    api.get<{ functions: ScriptFunction[] }>(`${w(ws)}/scripts/completions`),
};
