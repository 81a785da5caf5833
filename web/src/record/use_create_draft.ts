/** Entering a new record: kept in this browser until it exists, so that a reload loses nothing. */
import { useCallback, useMemo, useState } from 'react';
import { ApiError } from '../api/error';
import { useCreateRecord } from '../api/queries';
import type { Field, RecordRow } from '../api/types';
import { checkValue } from '../fields';
import { type Json, type JsonObject, isEmpty } from '../lib/json';
import { forget, recall, remember } from '../lib/storage';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { useWs } from '../meta/use_meta';
import { toast } from '../ui/toast';
import { type Draft, EMPTY_DRAFT, plain, restoreDraft, withRefusal } from './draft';
import type { FormModel } from './form_model';
import type { FormSection } from './form_tree';

export interface CreateDraft {
  form: FormModel;
  head: string[];
  isBusy: boolean;
  /** The form opened with what an earlier visit had left. */
  isRestored: boolean;
  isTouched: boolean;
  discard: () => void;
  /** Creates the record, or shows why not; `sections` says what is required here. */
  submit: (sections: readonly FormSection[]) => Promise<RecordRow | null>;
}

function defaultsOf(entity: Entity): JsonObject {
  const values: JsonObject = {};
  for (const field of entity.fields)
    if (field.default !== undefined) values[field.name] = field.default;
  return values;
}

function checkAll(
  entity: Entity,
  values: JsonObject,
  sections: readonly FormSection[],
): Record<string, string> {
  const required = new Set(
    sections.flatMap((section) =>
      section.items.flatMap((item) =>
        item.kind === 'field' && item.isRequired ? [item.field.name] : [],
      ),
    ),
  );
  const problems: Record<string, string> = {};
  for (const field of entity.fields) {
    const problem = checkValue(values[field.name], {
      ...field,
      required: required.has(field.name),
    });
    if (problem) problems[field.name] = problem;
  }
  return problems;
}

export function useCreateDraft(entity: Entity, presets: JsonObject = {}): CreateDraft {
  const ws = useWs();
  const can = useCan();
  const create = useCreateRecord(ws, entity.name);
  const key = `draft:${ws}:${entity.name}:new`;
  const names = useMemo(() => new Set(entity.fields.map((field) => field.name)), [entity]);
  const [stored] = useState(() => restoreDraft(recall(key), names));
  const [draft, setDraft] = useState<Draft>(() => ({
    ...EMPTY_DRAFT,
    values: { ...defaultsOf(entity), ...stored.values, ...presets },
  }));
  const [isRestored, setRestored] = useState(Object.keys(stored.values).length > 0);
  const [isTouched, setTouched] = useState(isRestored);

  const set = useCallback(
    (name: string, value: Json) => {
      setTouched(true);
      setDraft((current) => {
        const values = { ...current.values, [name]: plain(value) };
        remember(key, { values });
        const { [name]: _, ...problems } = current.problems;
        return { ...current, values, problems, head: [] };
      });
    },
    [key],
  );

  const submit = async (sections: readonly FormSection[]): Promise<RecordRow | null> => {
    const problems = checkAll(entity, draft.values, sections);
    if (Object.keys(problems).length > 0) {
      setDraft({ ...draft, problems, head: [] });
      return null;
    }
    const values = Object.fromEntries(
      Object.entries(draft.values).filter(([, value]) => !isEmpty(value)),
    );
    try {
      const record = await create.mutateAsync({ values });
      forget(key);
      return record;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 0 || error.status >= 500) toast.error(error);
      else setDraft(withRefusal(draft, error, names));
      return null;
    }
  };
  return {
    form: {
      id: `new-${entity.name}`,
      values: draft.values,
      problems: draft.problems,
      isDirty: () => false,
      canWrite: (field: Field) => can.write(entity, field.name),
      set,
    },
    head: draft.head,
    isBusy: create.isPending,
    isRestored,
    isTouched,
    discard: () => {
      forget(key);
      setDraft({ ...EMPTY_DRAFT, values: { ...defaultsOf(entity), ...presets } });
      setRestored(false);
      setTouched(false);
    },
    submit,
  };
}
