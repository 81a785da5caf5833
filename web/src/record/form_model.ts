/** What a form needs to know of the values it edits; records, new records and settings all give it. */
import type { Field } from '../api/types';
import type { Json, JsonObject } from '../lib/json';

export interface FormModel {
  /** Makes element ids unique on the page. */
  id: string;
  /** Saved and drafted values together, as conditions see them. */
  values: Readonly<JsonObject>;
  problems: Readonly<Record<string, string>>;
  isDirty: (name: string) => boolean;
  canWrite: (field: Field) => boolean;
  set: (name: string, value: Json) => void;
  /** The person left the field or chose a value. */
  commit?: (name: string) => void;
  /** Back to what was saved. */
  cancel?: (name: string) => void;
}
