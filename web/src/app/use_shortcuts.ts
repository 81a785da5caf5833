/** Keys to commands. Letters are left to inputs; a dialog on top keeps everything below quiet. */
import { useEffect, useRef } from 'react';
import { availableActions } from '../actions';
import type { ActionContext } from '../actions/define_action';
import { isTyping, matchesKeys } from '../lib/keys';

export function useShortcuts(context: ActionContext): void {
  const latest = useRef(context);
  useEffect(() => {
    latest.current = context;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const isBusy = isTyping(event.target) || document.querySelector('[aria-modal="true"]');
      for (const action of availableActions(latest.current)) {
        if (!action.keys || !matchesKeys(action.keys, event)) continue;
        if (isBusy && !action.isGlobal) continue;
        event.preventDefault();
        action.run(latest.current);
        return;
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
