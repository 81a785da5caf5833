/** What is wrong with cells that the server refused, in the words it used. Pure. */
import { fieldOfPath, type ApiError } from '../../api/error';
import { t } from '../../i18n';
import { sameJson, type Json } from '../../lib/json';

/** Why a cell could not be saved. */
export interface CellFault {
  kind: 'unreadable' | 'refused' | 'conflict' | 'offline';
  message: string;
  hint?: string;
  /** What was typed or pasted, when it could not be read as a value. */
  text?: string;
  /** Of a conflict: the value that someone else saved meanwhile, and its revision. */
  theirs?: Json;
  revision?: number;
}

/**
 * One fault for each edited field. A record is saved whole or not at all, so a field that nobody
 * complained about gets the reason why the others held it back.
 */
export function faultsOf(
  error: ApiError,
  edited: readonly string[],
  known: ReadonlySet<string>,
): Record<string, CellFault> {
  if (error.conflict) return conflictsOf(error, edited);
  const kind = error.status === 0 || error.status >= 500 ? 'offline' : 'refused';
  const own: Record<string, string[]> = {};
  for (const problem of error.problems) {
    const field = fieldOfPath(problem.path, known);
    if (field && edited.includes(field)) (own[field] ??= []).push(problem.message);
  }
  const all = error.problems.map((problem) => problem.message);
  const plain = error.status === 0 ? t.common.errors.offline : error.message;
  const whole = all.length > 0 ? [...new Set(all)].join(' ') : plain;
  const fault = (name: string): CellFault => ({
    kind,
    message: own[name]?.join(' ') ?? whole,
    ...(error.hint ? { hint: error.hint } : {}),
  });
  return Object.fromEntries(edited.map((name) => [name, fault(name)]));
}

function conflictsOf(error: ApiError, edited: readonly string[]): Record<string, CellFault> {
  const { base, theirs, current_revision } = error.conflict!;
  const fault = (name: string): CellFault => {
    const changed = name in theirs && !sameJson(theirs[name] ?? null, base[name] ?? null);
    return {
      kind: changed ? 'conflict' : 'refused',
      message: error.message,
      theirs: theirs[name] ?? null,
      revision: current_revision,
    };
  };
  return Object.fromEntries(edited.map((name) => [name, fault(name)]));
}
