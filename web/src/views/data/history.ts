/** Undo and redo of data edits in this session: two stacks of reversible steps. Pure. */
import type { JsonObject } from '../../lib/json';

/** One write to a record, as it is sent. */
export type Write =
  | { op: 'create'; id: string; values: JsonObject }
  | { op: 'update'; id: string; values: JsonObject }
  | { op: 'delete'; id: string }
  /** Brings a deleted record back as it was, from the change log. */
  | { op: 'restore'; id: string };

/** What one gesture did (an edit, a paste, a deletion …) and how to take it back. */
export interface Step {
  kind: 'edit' | 'paste' | 'clear' | 'create' | 'duplicate' | 'delete' | 'move';
  redo: Write[];
  undo: Write[];
}

export interface History {
  done: readonly Step[];
  undone: readonly Step[];
}

/** Steps remembered; older ones can still be found in each record's history. */
export const STEPS_MAX = 100;

export const NO_HISTORY: History = { done: [], undone: [] };

/** A new step; what was undone before it can no longer be redone. */
export function record(history: History, step: Step): History {
  return { done: [...history.done, step].slice(-STEPS_MAX), undone: [] };
}

/** The step that undo takes back, and the history after it succeeded. */
export function undo(history: History): { step: Step; after: History } | null {
  const step = history.done.at(-1);
  if (!step) return null;
  return { step, after: { done: history.done.slice(0, -1), undone: [...history.undone, step] } };
}

/** The step that redo repeats, and the history after it succeeded. */
export function redo(history: History): { step: Step; after: History } | null {
  const step = history.undone.at(-1);
  if (!step) return null;
  return { step, after: { done: [...history.done, step], undone: history.undone.slice(0, -1) } };
}

/** A step that can no longer be taken back leaves without a trace. */
export function forget(history: History, step: Step): History {
  const others = (steps: readonly Step[]) => steps.filter((known) => known !== step);
  return { done: others(history.done), undone: others(history.undone) };
}
