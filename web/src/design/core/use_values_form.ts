/** A form over a plain object of values: what settings panels and small dialogs are drawn from. */
import { useMemo } from 'react';
import { type Json, type JsonObject, isEmpty } from '../../lib/json';
import type { FormModel } from '../../record/form_model';

export function useValuesForm(
  id: string,
  values: JsonObject,
  onChange: (values: JsonObject) => void,
  problems: Record<string, string> = {},
): FormModel {
  return useMemo(
    () => ({
      id,
      values,
      problems,
      isDirty: () => false,
      canWrite: () => true,
      set: (name: string, value: Json) => {
        const { [name]: _, ...others } = values;
        onChange(isEmpty(value) ? others : { ...others, [name]: value });
      },
    }),
    [id, values, onChange, problems],
  );
}
