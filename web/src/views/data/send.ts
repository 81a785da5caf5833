/** The edits' way to the server: single changes by PATCH with If-Match, many as one batch. */
import { ApiError } from '../../api/error';
import { records } from '../../api/records';
import { api } from '../../api/client';
import type { RecordList, RecordQuery, RecordRow } from '../../api/types';
import { isObject, type JsonObject } from '../../lib/json';
import type { Outcome, Sender } from './edits';
import type { Write } from './history';

/** Longest query that still goes into an address; longer ones travel as a body. */
const ADDRESS_LENGTH_MAX = 1_500;

export function makeSender(ws: string, entity: string): Sender {
  return {
    update: (id, values, revision) => records.update(ws, entity, id, values, revision),
    batch: async (writes, revisions, isAtomic) => {
      const operations = writes.map((write) => toOperation(write, revisions.get(write.id)));
      const reply = await sendBatch(ws, entity, operations, isAtomic);
      return writes.map((write, i) => toOutcome(reply.results[i], write));
    },
  };
}

/** One write as the batch route takes it. */
export function toOperation(write: Write, revision: number | undefined): JsonObject {
  const { op, id } = write;
  if (op === 'create') return { op, values: { ...write.values, id } };
  if (op === 'restore') return { op, id };
  const guard: JsonObject = revision === undefined ? {} : { if_match: revision };
  return op === 'delete' ? { op, id, ...guard } : { op, id, values: write.values, ...guard };
}

function sendBatch(ws: string, entity: string, operations: JsonObject[], isAtomic: boolean) {
  const path = `/w/${encodeURIComponent(ws)}/records/${encodeURIComponent(entity)}/batch`;
  return api.post<{ results: unknown[] }>(path, { operations, atomic: isAtomic });
}

/** Refused: every fault is about this one write, whatever the batch was. */
const REFUSED = 422;

function toOutcome(result: unknown, write: Write): Outcome {
  if (!isObject(result)) return { ok: false, error: new ApiError(0, {}) };
  const { error, record } = result;
  if (isObject(error)) {
    const problem = { ...error, detail: error['detail'] ?? error['message'] };
    return { ok: false, error: new ApiError(Number(error['status'] ?? REFUSED), problem) };
  }
  if (write.op === 'delete' || !isObject(record)) return { ok: true, record: null };
  return { ok: true, record: record as unknown as RecordRow };
}

/** A list by GET, or by POST when filter or columns are too long for an address. */
export function listRecords(
  ws: string,
  entity: string,
  query: RecordQuery,
  signal?: AbortSignal,
): Promise<RecordList> {
  if (JSON.stringify(query).length < ADDRESS_LENGTH_MAX) {
    return records.list(ws, entity, query, signal);
  }
  const path = `/w/${encodeURIComponent(ws)}/records/${encodeURIComponent(entity)}/query`;
  return api.post<RecordList>(path, query as unknown as JsonObject, { signal });
}
