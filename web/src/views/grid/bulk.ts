/** What is done to many rows at once: clearing, duplicating, deleting, undoing. */
import type { RecordRow } from '../../api/types';
import { count, t } from '../../i18n';
import type { JsonObject } from '../../lib/json';
import { toast } from '../../ui/toast';
import type { Step } from '../data/history';
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import type { Rectangle } from './clipboard';
import type { GridColumn } from './model';
import type { Selection } from './select';
import { isRange, rectangle } from './select';

/** Records of one bulk request; the server takes up to 1,000 writes. */
export const BULK_MAX = 1_000;
const COPIES_MAX = 200;

/** The records that a command means: the ticked ones, else those of the selected range. */
export async function meantRecords(rows: Rows, selection: Selection): Promise<RecordRow[]> {
  const { top, bottom } = rectangle(selection);
  if (selection.ticked.size === 0) return rows.load(top, Math.min(bottom + 1, top + BULK_MAX + 1));
  return [...selection.ticked].flatMap((id) => rows.at(rows.rowOf(id)) ?? { id, revision: 0 });
}

/** Too many for one request: says so and does nothing. */
export function isTooMany(many: number, max = BULK_MAX): boolean {
  if (many <= max) return false;
  toast.error(t.views.bulk.tooMany(count(many), count(max)));
  return true;
}

/** Empties the cells of a range that may be written. */
export async function clearCells(
  session: Session,
  rows: Rows,
  columns: GridColumn[],
  range: Rectangle,
): Promise<void> {
  const writable = columns
    .slice(range.left, range.right + 1)
    .filter((column) => column.canWrite && !column.field.required);
  const held = range.right - range.left + 1 - writable.length;
  if (isTooMany(range.bottom - range.top + 1)) return;
  if (held > 0) toast.error(t.views.bulk.notCleared(held));
  if (writable.length === 0) return;
  const records = await rows.load(range.top, range.bottom + 1);
  const values: JsonObject = Object.fromEntries(writable.map(({ name }) => [name, null]));
  await session.edits.save(
    records.map((record) => ({ record, values })),
    'clear',
  );
}

export async function removeRecords(session: Session, records: RecordRow[]): Promise<boolean> {
  if (records.length === 0 || isTooMany(records.length)) return false;
  try {
    await session.remove(records.map((record) => record.id));
    toast.done(t.views.bulk.deleted(count(records.length)), () => void takeBack(session));
    return true;
  } catch (error) {
    toast.error(error);
    return false;
  }
}

export async function duplicateRecords(session: Session, records: RecordRow[]): Promise<void> {
  if (records.length === 0 || isTooMany(records.length, COPIES_MAX)) return;
  try {
    // Everything in them is copied, not only the columns shown.
    const whole = await session.fullCopies(records.map((record) => record.id));
    const made = await session.create(
      whole.map((record) => session.copyOf(record)),
      'duplicate',
    );
    toast.done(t.views.bulk.duplicated(count(made.length)), () => void takeBack(session));
  } catch (error) {
    toast.error(error);
  }
}

/** Undo or redo, and a word about what it was. */
export async function takeBack(
  session: Session,
  way: 'undo' | 'redo' = 'undo',
  say: (message: string) => void = toast.done,
): Promise<void> {
  const { undo } = t.views;
  try {
    const step: Step | null = await session[way]();
    if (step === null) say(undo[way === 'undo' ? 'nothing' : 'nothingAgain']);
    else say(undo[way === 'redo' ? 'redone' : 'undone'](undo.kinds[step.kind]));
  } catch (error) {
    toast.error(error);
  }
}

/** Whole rows are meant when rows are ticked or the range covers several. */
export function meansMany(selection: Selection): boolean {
  return selection.ticked.size > 0 || isRange(selection);
}
