/** An entity's draft as state: kept on this device, carried over when others publish. */
import { useCallback, useMemo } from 'react';
import type { EntityDocument } from '../../api/types';
import { sameJson } from '../../lib/json';
import { useWorkspace } from '../../meta/use_meta';
import { type HistoryState, useHistoryState } from '../core/use_history';
import { type EntityDraft, countChanges, mergeEntity } from './entity_draft';

interface Kept extends EntityDraft {
  /** The published document that the draft started from. */
  base: EntityDocument;
}

export interface EntityDraftState {
  draft: EntityDraft;
  changes: number;
  change: (next: (draft: EntityDraft) => EntityDraft) => void;
  history: Pick<HistoryState<Kept>, 'undo' | 'redo' | 'canUndo' | 'canRedo'>;
  discard: () => void;
}

export function useEntityDraft(published: EntityDocument): EntityDraftState {
  const { ws } = useWorkspace();
  const history = useHistoryState<Kept>(`draft:design:${ws}:${published.id}`, () => ({
    base: published,
    document: published,
    shown: [],
  }));
  const kept = history.present;
  // Drawn on what is published now, whatever it was when the draft began.
  const current = useMemo<Kept>(
    () =>
      sameJson(kept.base, published)
        ? kept
        : {
            base: published,
            document: mergeEntity(kept.base, kept.document, published),
            shown: kept.shown,
          },
    [kept, published],
  );
  const { change, reset } = history;
  return {
    draft: current,
    changes: countChanges(published, current),
    change: useCallback(
      (next) => change(() => ({ ...current, ...next(current) })),
      [change, current],
    ),
    history,
    discard: useCallback(
      () => reset({ base: published, document: published, shown: [] }),
      [reset, published],
    ),
  };
}
