/** What the parts of the grid tell each other. */
import type { Field, RecordRow } from '../../api/types';
import { kindOf, type FieldKind } from '../../fields';
import type { Json } from '../../lib/json';
import type { Can } from '../../meta/can';
import type { Entity } from '../../meta/catalogue';
import type { Draft } from '../data/edits';
import type { ViewState } from '../view_state';
import { COLUMN_WIDTH_DEFAULT } from '../view_state';

export interface GridColumn {
  name: string;
  field: Field;
  kind: FieldKind;
  width: number;
  canWrite: boolean;
}

export function gridColumns(entity: Entity, state: ViewState, can: Can): GridColumn[] {
  return state.columns.flatMap(({ field: name, width }) => {
    const field = entity.byName.get(name);
    if (!field) return [];
    const kind = kindOf(field);
    const canWrite =
      can('update', entity.name) &&
      can.write(entity, name) &&
      (kind.Input ?? kind.fromText) !== undefined;
    return [{ name, field, kind, width: width ?? kind.width ?? COLUMN_WIDTH_DEFAULT, canWrite }];
  });
}

/** The cell that is being edited. `typing` is text over the cell, `choosing` the field's own input. */
export interface Editing {
  id: string;
  row: number;
  column: number;
  how: 'typing' | 'choosing';
  /** Text that typing starts from; null when the first key replaces what was there. */
  text: string | null;
}

/** What a cell shows: what was entered and not saved yet, else what is stored. */
export function shownValue(
  record: RecordRow | undefined,
  draft: Draft | undefined,
  name: string,
): Json {
  if (draft && name in draft.values) return draft.values[name] ?? null;
  return record?.[name] ?? null;
}
