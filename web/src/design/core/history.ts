/** A value with its past and future, for designers: every change can be undone and done again. Pure. */

export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
}

const STEPS_MAX = 100;

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

export function advance<T>(history: History<T>, next: T): History<T> {
  if (next === history.present) return history;
  return { past: [...history.past, history.present].slice(-STEPS_MAX), present: next, future: [] };
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
  };
}

export function redo<T>(history: History<T>): History<T> {
  const next = history.future[0];
  if (next === undefined) return history;
  return {
    past: [...history.past, history.present],
    present: next,
    future: history.future.slice(1),
  };
}
