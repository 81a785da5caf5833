import { expect, it } from 'vitest';
import { NO_HISTORY, STEPS_MAX, forget, record, redo, undo, type Step } from './history';

const step = (name: string): Step => ({
  kind: 'edit',
  redo: [{ op: 'update', id: 'r', values: { name } }],
  undo: [{ op: 'update', id: 'r', values: { name: '' } }],
});

it('undo takes steps back in reverse and redo repeats them in order', () => {
  const [a, b] = [step('a'), step('b')];
  const first = undo(record(record(NO_HISTORY, a), b));
  expect(first?.step).toBe(b);
  const second = undo(first!.after);
  expect(second?.step).toBe(a);
  expect(undo(second!.after)).toBeNull();
  expect(redo(second!.after)?.step).toBe(a);
});

it('a new step ends what could be redone', () => {
  const after = undo(record(NO_HISTORY, step('a')))!.after;
  expect(redo(record(after, step('b')))).toBeNull();
});

it('only the last hundred steps are remembered', () => {
  let history = NO_HISTORY;
  for (let i = 0; i < STEPS_MAX + 5; i++) history = record(history, step(String(i)));
  expect(history.done).toHaveLength(STEPS_MAX);
});

it('a step that failed can be forgotten', () => {
  const a = step('a');
  expect(forget(record(NO_HISTORY, a), a)).toEqual(NO_HISTORY);
});
