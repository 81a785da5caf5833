/** Documents over the wire: reading what was built, and changing it by changesets. */
import { api } from './client';
import type { ChangesetReply, Label, Meta, Operation, RevisionEntry } from './types';

const w = (ws: string) => `/w/${encodeURIComponent(ws)}`;

export interface Changeset {
  base_revision: number;
  operations: Operation[];
}
export interface TrashEntry {
  id: string;
  kind: string;
  /** The id of the entity it belonged to. */
  entity: string;
  name: string;
  label?: Label;
  /** The revision that removed it. */
  revision: number;
  removed_at: string;
  purge_at?: string;
}
export interface ScriptProblem {
  /** From 1; 0 when the problem is of the whole script. */
  line: number;
  column: number;
  severity?: 'error' | 'warning';
  message: string;
}
/** A name that scripts can use, with its explanation in both languages. */
export interface ScriptName extends Label {
  name: string;
  signature: string;
  kind?: 'variable' | 'function' | 'method' | 'property' | 'keyword';
  doc?: Label;
}

export const documents = {
  meta: (ws: string, signal?: AbortSignal) => api.get<Meta>(`${w(ws)}/meta`, { signal }),
  preview: (ws: string, changeset: Changeset) =>
    api.post<ChangesetReply>(`${w(ws)}/meta/changesets`, changeset, { query: { preview: true } }),
  publish: (ws: string, changeset: Changeset, idempotencyKey?: string) =>
    api.post<ChangesetReply>(`${w(ws)}/meta/changesets`, changeset, { idempotencyKey }),
  revisions: (ws: string, before?: number) =>
    api.get<{ revisions: RevisionEntry[] }>(`${w(ws)}/meta/revisions`, { query: { before } }),
  revert: (ws: string, revision: number, preview = false) =>
    api.post<ChangesetReply>(
      `${w(ws)}/meta/revisions/${revision}/revert`,
      {},
      { query: { preview: preview || undefined } },
    ),
  trash: (ws: string) => api.get<{ items: TrashEntry[] }>(`${w(ws)}/meta/trash`),
  checkScript: (
    ws: string,
    script: { source: string; hook?: string; entity?: string },
    signal?: AbortSignal,
  ) => api.post<{ problems: ScriptProblem[] }>(`${w(ws)}/scripts/check`, script, { signal }),
  completions: (ws: string) => api.get<{ functions: ScriptName[] }>(`${w(ws)}/scripts/completions`),
};
