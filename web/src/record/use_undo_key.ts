/** Ctrl Z takes the last save back, unless something is being typed: then it is the input's own. */
import { useEffect } from 'react';
import { isTyping, matchesKeys } from '../lib/keys';

export function useUndoKey(undo: (() => void) | null): void {
  useEffect(() => {
    if (!undo) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (!matchesKeys('mod+Z', event) || isTyping(event.target) || event.defaultPrevented) return;
      event.preventDefault();
      undo();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [undo]);
}
