/** Keeps the browser's focus on the active cell, also when its row is drawn anew or scrolled away. */
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import type { Editing } from './model';

export interface FocusState {
  /** The grid has, or shall have, the focus. */
  wants: () => void;
}

export function useFocus(
  root: React.RefObject<HTMLDivElement | null>,
  editing: Editing | null,
): FocusState {
  const isWanted = useRef(false);

  useEffect(() => {
    const box = root.current;
    const onFocus = () => {
      isWanted.current = true;
    };
    // A click outside takes the focus away for good; a row that was removed does not.
    const onPress = (event: PointerEvent) => {
      const target = event.target as Element;
      isWanted.current = box?.contains(target) || target.closest('[data-portal]') !== null;
    };
    const onBlur = (event: FocusEvent) => {
      const next = event.relatedTarget as Element | null;
      if (next && !box?.contains(next) && !next.closest('[data-portal]')) isWanted.current = false;
    };
    box?.addEventListener('focusin', onFocus);
    box?.addEventListener('focusout', onBlur);
    document.addEventListener('pointerdown', onPress, true);
    return () => {
      box?.removeEventListener('focusin', onFocus);
      box?.removeEventListener('focusout', onBlur);
      document.removeEventListener('pointerdown', onPress, true);
    };
  }, [root]);

  useLayoutEffect(() => {
    if (!isWanted.current || editing?.how === 'choosing') return;
    const target = root.current?.querySelector<HTMLElement>('[data-header-focus], [data-focus]');
    const current = document.activeElement;
    // Menus and dialogs above the grid keep what they have.
    const isElsewhere = current !== document.body && !root.current?.contains(current);
    if (target && target !== current && !isElsewhere) target.focus({ preventScroll: true });
  });

  const wants = useCallback(() => {
    isWanted.current = true;
  }, []);
  return { wants };
}
