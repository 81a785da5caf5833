/**
 * Shortcuts that an area handles by itself, described for the help (`?`). A file `shortcuts.ts`
 * anywhere under `views/`, or in `record/`, default-exports one group.
 */
export interface ShortcutGroup {
  title: () => string;
  lines: { keys: string; label: () => string }[];
}

export function defineShortcuts(group: ShortcutGroup): ShortcutGroup {
  return group;
}
