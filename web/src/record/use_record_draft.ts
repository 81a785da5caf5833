/**
 * Editing one record in place: what is entered is kept in this browser until the server has it, each
 * finished field is saved by itself, and a save that meets another person's waits for a choice.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError, type Conflict } from '../api/error';
import { keys } from '../api/queries';
import { records } from '../api/records';
import type { Field, RecordRow } from '../api/types';
import { checkValue } from '../fields';
import { t } from '../i18n';
import { type Json, type JsonObject, sameJson } from '../lib/json';
import { forget, recall, remember } from '../lib/storage';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { useWs } from '../meta/use_meta';
import { toast } from '../ui/toast';
import {
  type Choice,
  type Draft,
  EMPTY_DRAFT,
  isDirty,
  plain,
  rebase,
  resolveConflict,
  restoreDraft,
  setValue,
  settle,
  withRefusal,
} from './draft';
import type { FormModel } from './form_model';

const UNDO_STEPS = 50;

export type SaveState = 'clean' | 'dirty' | 'saving' | 'saved' | 'refused';

export interface RecordDraft {
  form: FormModel;
  head: string[];
  state: SaveState;
  conflict: Conflict | null;
  save: () => void;
  /** Sets one field and saves it at once (a click on a stage). */
  put: (name: string, value: Json) => void;
  /** Takes the last save back. */
  undo: (() => void) | null;
  discard: () => void;
  resolve: (choices: Record<string, Choice>) => void;
  postpone: () => void;
}

/** The values that can be sent: those that the browser itself already refuses are kept back. */
function sendable(
  draft: Draft,
  entity: Entity,
): { values: JsonObject; problems: Draft['problems'] } {
  const values: JsonObject = {};
  const problems: Draft['problems'] = {};
  for (const [name, value] of Object.entries(draft.values)) {
    const field = entity.byName.get(name);
    const problem = field ? checkValue(value, field) : null;
    if (problem) problems[name] = problem;
    else values[name] = value;
  }
  return { values, problems };
}

export function useRecordDraft(entity: Entity, record: RecordRow): RecordDraft {
  const ws = useWs();
  const can = useCan();
  const client = useQueryClient();
  const key = `draft:${ws}:${entity.name}:${record.id}`;
  const names = useMemo(() => new Set(entity.fields.map((field) => field.name)), [entity]);
  const [draft, setDraft] = useState<Draft>(() => rebase(restoreDraft(recall(key), names), record));
  const [isSaving, setSaving] = useState(false);
  const [hasSaved, setHasSaved] = useState(false);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [history, setHistory] = useState<JsonObject[]>([]);
  // A save outlives the render that started it, so it reads what is newest from here.
  const live = useRef({ draft, record, isSaving: false });
  useEffect(() => {
    live.current.record = record;
  });

  const change = useCallback(
    (next: (draft: Draft) => Draft) => {
      const changed = next(live.current.draft);
      live.current.draft = changed;
      setDraft(changed);
      if (isDirty(changed)) remember(key, { revision: changed.revision, values: changed.values });
      else forget(key);
    },
    [key],
  );

  const accept = useCallback(
    (saved: RecordRow, sent: JsonObject) => {
      live.current.record = mergeSaved(live.current.record, saved);
      client.setQueryData<RecordRow>(keys.record(ws, entity.name, record.id), (old) =>
        old ? mergeSaved(old, saved) : saved,
      );
      void client.invalidateQueries({ queryKey: keys.entity(ws, entity.name) });
      change((current) => settle(current, sent, saved.revision));
      setHasSaved(true);
    },
    [client, ws, entity.name, record.id, change],
  );

  /** One round: sends what can be sent; true when it was saved. */
  const sendOnce = useCallback(
    async (isUndo: boolean): Promise<boolean> => {
      const { draft: now, record: base } = live.current;
      const { values, problems } = sendable(now, entity);
      if (Object.keys(problems).length > 0) {
        change((current) => ({ ...current, problems: { ...current.problems, ...problems } }));
      }
      if (Object.keys(values).length === 0) return false;
      try {
        const revision = now.revision ?? base.revision;
        const saved = await records.update(ws, entity.name, base.id, values, revision);
        const before = changedIn(entity, base, saved);
        accept(saved, values);
        if (!isUndo) setHistory((past) => [...past.slice(1 - UNDO_STEPS), before]);
        return true;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.conflict) setConflict(error.conflict);
        else if (error.status === 0 || error.status >= 500) toast.error(error);
        else change((current) => withRefusal(current, error, names));
        return false;
      }
    },
    [accept, change, entity, names, ws],
  );

  const send = useCallback(
    async (isUndo = false): Promise<void> => {
      if (live.current.isSaving) return;
      live.current.isSaving = true;
      setSaving(true);
      try {
        // What is finished while a save is on its way goes out in the next round.
        while (isDirty(live.current.draft) && (await sendOnce(isUndo)));
      } finally {
        live.current.isSaving = false;
        setSaving(false);
      }
    },
    [sendOnce],
  );

  const set = useCallback(
    (name: string, value: Json) =>
      change((current) => setValue(current, live.current.record, name, value)),
    [change],
  );
  const values = useMemo<JsonObject>(
    () => ({ ...(record as JsonObject), ...draft.values }),
    [record, draft.values],
  );
  const isClean = !isDirty(draft);
  const isRefused = Object.keys(draft.problems).length > 0 || draft.head.length > 0;
  const last = history.at(-1);
  return {
    form: {
      id: record.id,
      values,
      problems: draft.problems,
      isDirty: (name) => name in draft.values,
      canWrite: (field: Field) => can('update', entity.name) && can.write(entity, field.name),
      set,
      commit: () => void send(),
      cancel: (name) => set(name, plain(record[name])),
    },
    head: draft.head,
    state: isSaving
      ? 'saving'
      : isRefused
        ? 'refused'
        : isClean
          ? hasSaved
            ? 'saved'
            : 'clean'
          : 'dirty',
    conflict,
    save: () => void send(),
    put: (name, value) => {
      set(name, value);
      void send();
    },
    undo: last
      ? () => {
          setHistory((past) => past.slice(0, -1));
          for (const [name, value] of Object.entries(last)) set(name, value);
          void send(true).then(() => toast.done(t.record.undone));
        }
      : null,
    discard: () => change(() => EMPTY_DRAFT),
    resolve: (choices) => {
      if (!conflict) return;
      change((current) => resolveConflict(current, choices, conflict.current_revision));
      setConflict(null);
      void client.invalidateQueries({ queryKey: keys.entity(ws, entity.name) });
      void send();
    },
    postpone: () => setConflict(null),
  };
}

/** What a save changed, scripts included, as it was before: what taking it back sets. */
function changedIn(entity: Entity, base: RecordRow, saved: RecordRow): JsonObject {
  const names = entity.fields.map((field) => field.name);
  const changed = names.filter((name) => !sameJson(plain(base[name]), plain(saved[name])));
  return Object.fromEntries(changed.map((name) => [name, plain(base[name])]));
}

/** A save's answer has plain ids; a link that kept its id keeps its expanded form. */
function mergeSaved(old: RecordRow, saved: RecordRow): RecordRow {
  const merged: RecordRow = { ...old, ...saved };
  for (const name of Object.keys(saved)) {
    const before = old[name];
    if (plain(before) === saved[name] && before !== undefined) merged[name] = before;
  }
  return merged;
}
