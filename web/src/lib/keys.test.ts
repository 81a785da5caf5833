import { expect, it } from 'vitest';
import { isTyping, matchesKeys, showKeys } from './keys';

const press = (key: string, mods: Partial<Parameters<typeof matchesKeys>[1]> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...mods,
});

it('a shortcut matches exactly its modifiers', () => {
  expect(matchesKeys('mod+K', press('k', { ctrlKey: true }))).toBe(true);
  expect(matchesKeys('mod+K', press('k', { metaKey: true }))).toBe(true);
  expect(matchesKeys('mod+K', press('k'))).toBe(false);
  expect(matchesKeys('n', press('n', { ctrlKey: true }))).toBe(false);
  expect(matchesKeys('n', press('N', { shiftKey: true }))).toBe(false);
  expect(matchesKeys('?', press('?', { shiftKey: true }))).toBe(true);
});

it('keys are named as on the keyboard', () => {
  expect(showKeys('mod+K', true)).toEqual(['⌘', 'K']);
  expect(showKeys('mod+ArrowUp', false)).toEqual(['Ctrl', '↑']);
});

it('typing is left alone', () => {
  expect(isTyping(document.createElement('input'))).toBe(true);
  expect(isTyping(document.createElement('button'))).toBe(false);
  expect(isTyping(null)).toBe(false);
});
