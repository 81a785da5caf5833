/**
 * What a paste would do, cell by cell: values to save, new records, and every cell that cannot be
 * taken with the reason. Nothing is dropped without a word.
 */
import type { Field, RecordRow } from '../../api/types';
import { checkValue, fromText } from '../../fields';
import { t } from '../../i18n';
import { sameJson, type Json, type JsonObject } from '../../lib/json';
import { label } from '../../meta/label';
import type { Change } from '../data/edits';
import { idsOfTitle, linkedEntity, type TitleIndex } from '../data/titles';
import type { PasteCell } from './clipboard';
import type { GridColumn } from './model';

/** Cells that this app copied itself, with their values and the fields they came from. */
export interface OwnCells {
  fields: Field[];
  rows: Json[][];
}

export interface PasteProblem {
  /** Row number in the grid, from 1. */
  row: number;
  column: string;
  text: string;
  message: string;
}

export interface PastePlan {
  changes: Change[];
  /** Text that cannot be read, to be marked in cells of existing records. */
  rejects: { id: string; field: string; text: string; message: string }[];
  creates: { row: number; values: JsonObject; texts: string[] }[];
  /** What no cell can show: read-only columns, faults in rows that do not exist yet. */
  problems: PasteProblem[];
}

interface PasteInput {
  cells: PasteCell[];
  /** The copied values behind a cell's text, when they are ours. */
  own: (cell: PasteCell) => { field: Field; value: Json } | null;
  columns: GridColumn[];
  /** Existing records by row number. */
  recordAt: (row: number) => RecordRow | undefined;
  titles: ReadonlyMap<string, TitleIndex>;
}

type Reading = { ok: true; value: Json } | { ok: false; message: string };

export function planPaste(input: PasteInput): PastePlan {
  const plan: PastePlan = { changes: [], rejects: [], creates: [], problems: [] };
  const byRow = new Map<number, PasteCell[]>();
  for (const cell of input.cells) byRow.set(cell.row, [...(byRow.get(cell.row) ?? []), cell]);
  for (const [row, cells] of byRow) {
    const record = input.recordAt(row);
    const values: JsonObject = {};
    let isWhole = true;
    for (const cell of cells) {
      const column = input.columns[cell.column];
      if (!column) continue;
      const fault = (message: string) =>
        plan.problems.push({ row: row + 1, column: columnName(column), text: cell.text, message });
      if (!column.canWrite) {
        if (record || cell.text.trim() !== '') fault(t.fields.problems.read_only);
        continue;
      }
      const reading = readCell(cell, column, input);
      if (reading.ok) values[column.name] = reading.value;
      else if (record) {
        plan.rejects.push({
          id: record.id,
          field: column.name,
          text: cell.text,
          message: reading.message,
        });
      } else {
        fault(reading.message);
        isWhole = false;
      }
    }
    if (Object.keys(values).length === 0) continue;
    if (record) plan.changes.push({ record, values });
    else if (isWhole) {
      plan.creates.push({
        row: row + 1,
        values: present(values),
        texts: cells.map((cell) => cell.text),
      });
    }
  }
  return plan;
}

const columnName = (column: GridColumn) => label(column.field.label, column.name);

/** A new record is made of what was given; empty cells leave room for defaults. */
function present(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function readCell(cell: PasteCell, { field }: GridColumn, input: PasteInput): Reading {
  const own = input.own(cell);
  const reading: Reading =
    own && isSameKind(own.field, field)
      ? { ok: true, value: own.value }
      : readText(cell.text, field, input.titles);
  if (!reading.ok) return reading;
  const problem = checkValue(reading.value, field);
  return problem === null ? reading : { ok: false, message: problem };
}

function readText(text: string, field: Field, titles: PasteInput['titles']): Reading {
  const target = linkedEntity(field);
  const plain = fromText(text, field);
  if (plain.ok || target === undefined) return plain;
  const ids = idsOfTitle(titles.get(target) ?? new Map(), text);
  if (ids.length === 1) return { ok: true, value: ids[0] as string };
  const { noTitle, manyTitles } = t.views.paste;
  return { ok: false, message: ids.length === 0 ? noTitle(text) : manyTitles(text) };
}

/** A value fits another field as it is: the same field, or the same type with the same meaning. */
export function isSameKind(from: Field, to: Field): boolean {
  if (from.id === to.id) return true;
  if (from.type !== to.type) return false;
  const meaning = ({ settings }: Field) => [
    settings?.to,
    settings?.options,
    settings?.scale,
    settings?.currency,
  ];
  return sameJson(
    meaning(from).map((part) => part ?? null),
    meaning(to).map((part) => part ?? null),
  );
}

/** Texts of link columns that are not ids, by the entity that they name a record of. */
export function titlesToFind(
  cells: PasteCell[],
  columns: GridColumn[],
  own: PasteInput['own'],
): Map<string, string[]> {
  const wanted = new Map<string, string[]>();
  for (const cell of cells) {
    const column = columns[cell.column];
    const target = column?.canWrite ? linkedEntity(column.field) : undefined;
    if (!column || !target || own(cell) || fromText(cell.text, column.field).ok) continue;
    wanted.set(target, [...(wanted.get(target) ?? []), cell.text]);
  }
  return wanted;
}
