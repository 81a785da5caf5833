/** Shortcuts as text (`mod+K`, `shift+?`, `n`): matching an event, and showing them as keys. */

const isMac = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export function matchesKeys(keys: string, press: Press): boolean {
  const parts = keys.split('+');
  const key = parts.pop()!;
  const wantsMod = parts.includes('mod');
  // A sign such as `?` already needs Shift on most keyboards, so only letters insist on it.
  const checksShift = key.length > 1 || /[a-z0-9]/i.test(key);
  return (
    press.key.toLowerCase() === key.toLowerCase() &&
    (press.ctrlKey || press.metaKey) === wantsMod &&
    press.altKey === parts.includes('alt') &&
    (!checksShift || press.shiftKey === parts.includes('shift'))
  );
}

const NAMES: Record<string, [mac: string, other: string]> = {
  mod: ['⌘', 'Ctrl'],
  shift: ['⇧', 'Shift'],
  alt: ['⌥', 'Alt'],
  Enter: ['↵', 'Enter'],
  Escape: ['Esc', 'Esc'],
  ArrowUp: ['↑', '↑'],
  ArrowDown: ['↓', '↓'],
  ArrowLeft: ['←', '←'],
  ArrowRight: ['→', '→'],
  ' ': ['Space', 'Space'],
};

export function showKeys(keys: string, mac = isMac()): string[] {
  return keys
    .split('+')
    .map((part) => NAMES[part]?.[mac ? 0 : 1] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** Plain letters belong to whatever is being typed in. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.closest('[role="grid"], [role="listbox"], [role="dialog"] [data-field-input]') !== null
  );
}
