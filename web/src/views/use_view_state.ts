/** A person's changes to a view, kept in this browser and put over the document. */
import { useCallback, useMemo, useState } from 'react';
import type { ViewDocument } from '../api/types';
import { recall, remember } from '../lib/storage';
import type { Entity } from '../meta/catalogue';
import { useWorkspace } from '../meta/use_meta';
import {
  changedParts,
  shownState,
  storedState,
  withChange,
  type Personal,
  type SharedPart,
  type ViewState,
} from './view_state';

export interface ViewStateHook {
  state: ViewState;
  personal: Personal;
  /** Parts that differ from what is saved for everyone. */
  changed: SharedPart[];
  change: (change: Personal) => void;
  /** Back to the document. */
  reset: () => void;
}

export function useViewState(entity: Entity, view: ViewDocument): ViewStateHook {
  const { ws, me } = useWorkspace();
  const key = `view:${ws}:${me.user.id}:${view.name}`;
  const [personal, setPersonal] = useState<Personal>(() => recall<Personal>(key) ?? {});
  const stored = useMemo(() => storedState(entity, view), [entity, view]);
  const state = useMemo(() => shownState(stored, personal, entity), [stored, personal, entity]);

  const put = useCallback(
    (next: Personal) => {
      setPersonal(next);
      remember(key, Object.keys(next).length > 0 ? next : undefined);
    },
    [key],
  );
  const change = useCallback(
    (by: Personal) => put(withChange(stored, personal, by)),
    [put, stored, personal],
  );
  const reset = useCallback(() => {
    const { rowHeight, totals } = personal;
    put({ ...(rowHeight ? { rowHeight } : {}), ...(totals ? { totals } : {}) });
  }, [put, personal]);
  const changed = useMemo(() => changedParts(stored, state), [stored, state]);
  return { state, personal, changed, change, reset };
}
