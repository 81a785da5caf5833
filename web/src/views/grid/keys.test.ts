import { describe, expect, it } from 'vitest';
import { commandFor, type KeyPress } from './keys';

const press = (text: string): KeyPress => {
  const parts = text.split('+');
  return {
    key: parts.at(-1) === '' ? '+' : (parts.at(-1) as string),
    ctrlKey: parts.includes('Ctrl'),
    metaKey: parts.includes('Meta'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
  };
};
const calm = { editing: false, running: false };
const editing = { editing: true, running: false };

describe('moving about', () => {
  it('uses arrows, with Shift to extend and Ctrl to jump', () => {
    expect(commandFor(press('ArrowDown'), calm)).toEqual({
      do: 'select',
      action: { type: 'move', rows: 1, columns: 0, extend: false },
    });
    expect(commandFor(press('Ctrl+Shift+ArrowDown'), calm)).toEqual({
      do: 'select',
      action: { type: 'edge', to: 'bottom', extend: true },
    });
  });
  it('leaves the grid with Tab unless a run of entries is under way', () => {
    expect(commandFor(press('Tab'), calm)).toBeNull();
    expect(commandFor(press('Tab'), { editing: false, running: true })).toMatchObject({
      do: 'select',
    });
  });
});

describe('editing', () => {
  it('starts with any character of any script, with Enter or F2', () => {
    expect(commandFor(press('a'), calm)).toEqual({ do: 'edit', seed: 'a' });
    expect(commandFor(press('张'), calm)).toEqual({ do: 'edit', seed: '张' });
    expect(commandFor(press('F2'), calm)).toEqual({ do: 'edit' });
    expect(commandFor(press('F5'), calm)).toBeNull();
  });
  it('never interrupts an input method', () => {
    expect(commandFor({ ...press('Enter'), isComposing: true }, editing)).toBeNull();
    expect(commandFor(press('Process'), calm)).toBeNull();
  });
  it('commits with Enter and Tab, restores with Escape', () => {
    expect(commandFor(press('Enter'), editing)).toEqual({
      do: 'commit',
      then: { type: 'enter', by: 1 },
    });
    expect(commandFor(press('Shift+Tab'), editing)).toEqual({
      do: 'commit',
      then: { type: 'next', by: -1 },
    });
    expect(commandFor(press('Escape'), editing)).toEqual({ do: 'cancel' });
  });
  it('leaves arrows to the editor, and begins new lines only where there may be any', () => {
    expect(commandFor(press('ArrowLeft'), editing)).toBeNull();
    expect(commandFor(press('Alt+Enter'), { ...editing, hasLines: true })).toEqual({
      do: 'new_line',
    });
    expect(commandFor(press('Alt+Enter'), editing)).toBeNull();
    expect(commandFor(press('Shift+Enter'), editing)).toMatchObject({ do: 'commit' });
  });
});

it('undo, redo and duplicate are the same keys with Ctrl and with the command key', () => {
  expect(commandFor(press('Ctrl+z'), calm)).toEqual({ do: 'undo' });
  expect(commandFor(press('Meta+Shift+Z'), calm)).toEqual({ do: 'redo' });
  expect(commandFor(press('Ctrl+d'), calm)).toEqual({ do: 'duplicate' });
});

it('copy, cut, paste, find and browser keys are left alone', () => {
  for (const key of ['Ctrl+c', 'Ctrl+x', 'Ctrl+v', 'Ctrl+f', 'Ctrl+r', 'Alt+ArrowLeft']) {
    expect(commandFor(press(key), calm)).toBeNull();
  }
});
