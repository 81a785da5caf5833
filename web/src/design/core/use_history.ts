/** History as state, kept in this browser under a key, with Ctrl Z and Ctrl Shift Z. */
import { useCallback, useEffect, useState } from 'react';
import { isTyping, matchesKeys } from '../../lib/keys';
import { forget, recall, remember } from '../../lib/storage';
import { type History, advance, redo, startHistory, undo } from './history';

export interface HistoryState<T> {
  present: T;
  change: (next: (present: T) => T) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
  /** Forgets everything and starts from a value. */
  reset: (present: T) => void;
}

export function useHistoryState<T>(key: string, first: () => T): HistoryState<T> {
  const [history, setHistory] = useState<History<T>>(() => startHistory(recall<T>(key) ?? first()));
  useEffect(() => {
    if (history.past.length > 0) remember(key, history.present);
  }, [key, history]);

  const back = useCallback(() => setHistory(undo), []);
  const forth = useCallback(() => setHistory(redo), []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.defaultPrevented) return;
      const isUndo = matchesKeys('mod+Z', event);
      if (!isUndo && !matchesKeys('mod+shift+Z', event)) return;
      event.preventDefault();
      if (isUndo) back();
      else forth();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [back, forth]);

  return {
    present: history.present,
    change: useCallback(
      (next) => setHistory((current) => advance(current, next(current.present))),
      [],
    ),
    undo: back,
    redo: forth,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    reset: useCallback(
      (present) => {
        forget(key);
        setHistory(startHistory(present));
      },
      [key],
    ),
  };
}
