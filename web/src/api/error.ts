/** What the server (or the way to it) refused, as one error type: RFC 9457 problems. */
import type { JsonObject } from '../lib/json';

export interface FieldProblem {
  path: string;
  code: string;
  message: string;
  expected?: unknown;
}
export interface Conflict {
  base: JsonObject;
  yours: JsonObject;
  theirs: JsonObject;
  current_revision: number;
}

export class ApiError extends Error {
  /** HTTP status; 0 when the server was not reached. */
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly problems: FieldProblem[];
  readonly requestId: string | undefined;
  readonly conflict: Conflict | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, body: Record<string, unknown>, retryAfter?: string | null) {
    super(String(body['detail'] ?? body['title'] ?? `HTTP ${status}`));
    this.name = 'ApiError';
    this.status = status;
    this.code = String(body['code'] ?? (status === 0 ? 'offline' : 'unknown'));
    this.hint = typeof body['hint'] === 'string' ? body['hint'] : undefined;
    this.problems = Array.isArray(body['errors']) ? (body['errors'] as FieldProblem[]) : [];
    this.requestId = typeof body['request_id'] === 'string' ? body['request_id'] : undefined;
    this.conflict = status === 412 && 'theirs' in body ? (body as unknown as Conflict) : undefined;
    this.retryAfterMs = retryAfter ? Number(retryAfter) * 1000 || undefined : undefined;
  }
}

/**
 * The field a problem belongs to: `amount`, `/amount`, `records.0.amount` and `values/amount`
 * all name `amount` when it is among `fields`.
 */
export function fieldOfPath(path: string, fields: ReadonlySet<string>): string | undefined {
  return path.split(/[./[\]]+/).find((part) => fields.has(part));
}

/** Problems sorted to their fields; those without a field are left for the form's head. */
export function splitProblems(
  error: ApiError,
  fields: ReadonlySet<string>,
): { byField: Record<string, string>; rest: string[] } {
  const byField: Record<string, string> = {};
  const rest: string[] = [];
  for (const problem of error.problems) {
    const field = fieldOfPath(problem.path, fields);
    if (!field) rest.push(problem.message);
    else byField[field] = byField[field] ? `${byField[field]} ${problem.message}` : problem.message;
  }
  return { byField, rest };
}
