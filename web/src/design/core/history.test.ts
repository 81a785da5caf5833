import { expect, it } from 'vitest';
import { advance, redo, startHistory, undo } from './history';

it('a history goes back and forth, and forgets the future at a new change', () => {
  let history = advance(advance(startHistory(1), 2), 3);
  history = undo(history);
  expect(history.present).toBe(2);
  expect(redo(history).present).toBe(3);
  history = advance(history, 9);
  expect(redo(history)).toBe(history);
  expect(undo(undo(undo(history))).present).toBe(1);
  expect(advance(history, 9)).toBe(history);
});
