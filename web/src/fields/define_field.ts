/**
 * The contract of a field type: one file in this folder, default-exporting `defineField({…})`.
 * `index.ts` collects the files by itself. Every slot is described here.
 */
import type { Icon } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Field, RecordRow } from '../api/types';
import type { Op } from '../lib/filter';
import type { Json } from '../lib/json';

export interface CellProps<V extends Json = Json> {
  /** Never empty: an empty value is drawn by the caller (as nothing, or a quiet dash). */
  value: V;
  field: Field;
  /** The record around the value, where there is one. */
  record?: RecordRow;
  /** One line in a grid or list, or as much as it needs on a record page. */
  place: 'cell' | 'page';
}

export interface InputProps<V extends Json = Json> {
  /** What is in the draft; text that could not be read yet stays as it was typed. */
  value: V | null;
  field: Field;
  onChange: (value: V | null) => void;
  /**
   * The person is done: a choice in a list, and in a `form` also Enter or leaving the input.
   * In a `cell` Enter, Tab and Escape belong to the grid; they bubble up to it.
   */
  onCommit?: () => void;
  /** Escape in a `form`: the draft goes back to what was saved. */
  onCancel?: () => void;
  /** `form`: a control with its frame. `cell`: fills a grid cell, no frame, opens at once. */
  place: 'form' | 'cell';
  /** Goes to the focusable element, so that the label outside points at it. */
  id: string;
  'aria-label'?: string;
  'aria-describedby'?: string;
  'aria-required'?: boolean;
  /** Something is wrong with the value; the message itself is drawn by the caller. */
  invalid?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  /** Reads like text until it is touched: no frame, no more room than needed, a dash when empty. */
  isQuiet?: boolean;
  /** What stands there while nothing is chosen; pickers only. */
  placeholder?: string;
}

export type Reading<V extends Json = Json> =
  { ok: true; value: V | null } | { ok: false; message: string };

export interface FieldKind<V extends Json = Json> {
  /** The `type` of field documents. */
  type: string;
  icon: Icon;
  /** The type's own name, read at render time: `() => t.fields.types.text`. */
  label: () => string;
  align?: 'start' | 'end' | 'center';
  /** Width of a new grid column, px. */
  width?: number;
  Cell: ComponentType<CellProps<V>>;
  /** Absent: the value is made by the server and only shown. */
  Input?: ComponentType<InputProps<V>>;
  /** A quick answer before the server's: what is wrong with a non-empty value, or null. */
  check?: (value: Json, field: Field) => string | null;
  /** Clipboard, export, aria: never a float, never lossy. An empty value is ''. */
  toText: (value: V | null, field: Field) => string;
  /** Paste and typing; blank text is an empty value and never reaches this. */
  fromText?: (text: string, field: Field) => Reading<V>;
  /**
   * What typing over a grid cell means: text of one or several lines that `fromText` reads, or such
   * text beside a choice (`Input`) that Enter opens. Absent: only the choice.
   */
  typing?: 'line' | 'lines' | 'line_or_choice';
  /** What Enter, or a click on the active cell, sets at once, in place of opening an input. */
  flip?: (value: V | null) => V;
  /** Filter operators, in the order of the menu. Empty: cannot be filtered. */
  operators: readonly Op[];
  isSortable?: boolean;
  /** Measures a footer may show besides count. */
  aggregates?: readonly ('sum' | 'average' | 'min' | 'max')[];
  /** Settings as field definitions; the record form draws them. Absent: cannot be added by hand. */
  settings?: () => Field[];
  /** Settings a new field starts with. */
  defaults?: () => NonNullable<Field['settings']>;
  /** The label stands right of the input, as of a checkbox. */
  isInline?: boolean;
  /** A whole row of the form, not one of two columns. */
  isWide?: boolean;
  /** Drawn in place of the text input in a filter, when the default (`Input`) does not do. */
  FilterInput?: ComponentType<InputProps<Json>>;
}

/** Checks the file against the contract and erases the value's type for the registry. */
export function defineField<V extends Json>(kind: FieldKind<V>): FieldKind {
  return kind as unknown as FieldKind;
}

export const EQUALITY = ['eq', 'ne', 'in', 'not_in', 'empty', 'not_empty'] as const;
export const ORDER = [
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'empty',
  'not_empty',
] as const;
export const TEXT = [
  'contains',
  'not_contains',
  'eq',
  'ne',
  'starts',
  'ends',
  'empty',
  'not_empty',
] as const;
export const DATE = [
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'within',
  'empty',
  'not_empty',
] as const;
