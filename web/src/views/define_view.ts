/**
 * The contract of a view type: one folder here with an `index.tsx` that default-exports
 * `defineView({…})`. The folders are collected by themselves; every slot is described here.
 */
import type { Icon } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { ViewDocument } from '../api/types';
import type { Json, JsonObject } from '../lib/json';
import type { Can } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import type { Session } from './data/session';
import type { Personal, ViewState } from './view_state';

export interface ViewProps {
  ws: string;
  entity: Entity;
  view: ViewDocument;
  can: Can;
  /** Edits, undo and live changes of the entity's records. */
  session: Session;
  /** The document with the person's changes over it. */
  state: ViewState;
  personal: Personal;
  /** Changes what the person sees; kept at once. */
  onChange: (change: Personal) => void;
  /** Opens the filter with a condition on a field, or adds the condition for a value at once. */
  onFilter: (field: string, value?: Json) => void;
  /** The record that is shown beside the view, if any. */
  peekId: string | null;
  onPeek: (id: string | null) => void;
  onOpen: (id: string) => void;
  onCreate: (presets?: JsonObject) => void;
}

export interface ViewKind {
  /** The `type` of view documents. */
  type: string;
  icon: Icon;
  label: () => string;
  Body: ComponentType<ViewProps>;
  /** Settings beside filter and sort, in the toolbar. */
  Tools?: ComponentType<ViewProps>;
  /** Columns can be chosen and arranged. */
  hasColumns: boolean;
  /** Settings that a new view of the type starts with; null: the entity cannot be shown so. */
  begin: (entity: Entity) => JsonObject | null;
}

export function defineView(kind: ViewKind): ViewKind {
  return kind;
}
