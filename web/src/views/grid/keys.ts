// Which command a key means in the grid. Pure: the same table feeds the grid and the shortcut help.
import type { SelectAction } from './select';

/** The part of a keyboard event that matters. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  isComposing?: boolean;
}

/** What the grid should do. `select` steps go to the selection's reducer. */
export type GridCommand =
  | { do: 'select'; action: SelectAction }
  | { do: 'page'; by: 1 | -1; extend: boolean }
  | { do: 'edit'; seed?: string }
  | { do: 'commit'; then: SelectAction }
  | { do: 'cancel' | 'new_line' }
  | {
      do:
        | 'clear'
        | 'undo'
        | 'redo'
        | 'duplicate'
        | 'peek'
        | 'open'
        | 'tick'
        | 'create'
        | 'delete'
        | 'menu';
    };

/** What the grid is doing while the key is pressed. */
export interface KeyMode {
  editing: boolean;
  /** The text may have several lines: Enter with Shift or Alt begins a new one. */
  hasLines?: boolean;
  /** A run of Tab entries is under way, so Tab stays in the grid. */
  running: boolean;
}

const ARROWS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const EDGES = {
  ArrowUp: 'top',
  ArrowDown: 'bottom',
  ArrowLeft: 'row_start',
  ArrowRight: 'row_end',
} as const;

/** The command of a key, or null when the key is not the grid's and must keep its usual effect. */
export function commandFor(press: KeyPress, mode: KeyMode): GridCommand | null {
  if (press.isComposing || press.key === 'Process') return null;
  const command = press.ctrlKey || press.metaKey;
  if (mode.editing) return whileEditing(press, mode);
  if (command) return withCommand(press);
  if (press.altKey) return null;
  return plain(press, mode);
}

function whileEditing(press: KeyPress, mode: KeyMode): GridCommand | null {
  const by = press.shiftKey ? -1 : 1;
  if (press.key === 'Escape') return { do: 'cancel' };
  if (press.key === 'Tab') return { do: 'commit', then: { type: 'next', by } };
  if (press.key !== 'Enter') return null;
  if (mode.hasLines && (press.altKey || press.shiftKey)) return { do: 'new_line' };
  return press.altKey ? null : { do: 'commit', then: { type: 'enter', by } };
}

function withCommand(press: KeyPress): GridCommand | null {
  const extend = press.shiftKey;
  if (press.key in EDGES) {
    const to = EDGES[press.key as keyof typeof EDGES];
    return { do: 'select', action: { type: 'edge', to, extend } };
  }
  switch (press.key.length === 1 ? press.key.toLowerCase() : press.key) {
    case 'Home':
      return { do: 'select', action: { type: 'corner', to: 'first', extend } };
    case 'End':
      return { do: 'select', action: { type: 'corner', to: 'last', extend } };
    case 'a':
      return { do: 'select', action: { type: 'everything' } };
    case 'z':
      return { do: extend ? 'redo' : 'undo' };
    case 'y':
      return { do: 'redo' };
    case 'd':
      return { do: 'duplicate' };
    case 'Enter':
      return extend ? { do: 'create' } : { do: 'open' };
    case 'Backspace':
    case 'Delete':
      return { do: 'delete' };
    default:
      return null;
  }
}

function plain(press: KeyPress, mode: KeyMode): GridCommand | null {
  const extend = press.shiftKey;
  const arrow = ARROWS[press.key];
  if (arrow) {
    return { do: 'select', action: { type: 'move', rows: arrow[0], columns: arrow[1], extend } };
  }
  switch (press.key) {
    case 'Home':
      return { do: 'select', action: { type: 'edge', to: 'row_start', extend } };
    case 'End':
      return { do: 'select', action: { type: 'edge', to: 'row_end', extend } };
    case 'PageUp':
      return { do: 'page', by: -1, extend };
    case 'PageDown':
      return { do: 'page', by: 1, extend };
    case 'Tab':
      return mode.running ? { do: 'select', action: { type: 'next', by: extend ? -1 : 1 } } : null;
    case 'Escape':
      return { do: 'select', action: { type: 'collapse' } };
    case 'Enter':
      return extend ? { do: 'select', action: { type: 'enter', by: -1 } } : { do: 'edit' };
    case 'F2':
      return { do: 'edit' };
    case 'Delete':
    case 'Backspace':
      return { do: 'clear' };
    case 'ContextMenu':
      return { do: 'menu' };
    case 'F10':
      return extend ? { do: 'menu' } : null;
    case ' ':
      return extend ? { do: 'tick' } : { do: 'peek' };
    default:
      return isPrintable(press.key) ? { do: 'edit', seed: press.key } : null;
  }
}

/** One visible character, in any script; named keys such as `F5` or `Shift` are longer. */
function isPrintable(key: string): boolean {
  return [...key].length === 1;
}
