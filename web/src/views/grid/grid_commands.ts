/** What the keys and the menu of a cell do to the records of the grid. */
import { t } from '../../i18n';
import { label } from '../../meta/label';
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import { clearCells, duplicateRecords, meantRecords, removeRecords } from './bulk';
import type { GridModel } from './grid_model';
import type { GridColumn } from './model';
import { isRange, rectangle } from './select';

export interface CommandOptions {
  grid: GridModel;
  session: Session;
  rows: Rows;
  columns: GridColumn[];
  say: (message: string) => void;
  canCreate: boolean;
  canDelete: boolean;
  onPeek: (id: string) => void;
  onOpen: (id: string) => void;
}

export function gridCommands(options: CommandOptions) {
  const { grid, session, rows, columns } = options;

  const withRecord = (act: (id: string) => void) => {
    const record = rows.at(grid.selection.active.row);
    if (record) act(record.id);
  };
  const clear = () => {
    const { selection } = grid;
    const record = rows.at(selection.active.row);
    const column = columns[selection.active.column];
    // A single cell that may not be emptied explains itself.
    const isFree = !column || (column.canWrite && !column.field.required);
    if (isRange(selection) || isFree) {
      return void clearCells(session, rows, columns, rectangle(selection));
    }
    const name = label(column.field.label, column.name);
    const { required, readOnly } = t.views.grid;
    return record && options.say(column.canWrite ? required(name) : readOnly(name));
  };
  const activeFault = () => {
    const { activeRecord: record, activeColumn: column } = grid;
    const fault = record && column && session.edits.draft(record.id)?.faults[column.name];
    return fault && { fault, record, field: column.name };
  };
  /** False when there is nothing to leave: then Escape is someone else's. */
  const escape = (): boolean => {
    const faulty = activeFault();
    if (faulty) grid.discard(faulty.record, faulty.field);
    else if (isRange(grid.selection)) grid.select({ type: 'collapse' });
    else if (grid.selection.ticked.size > 0) grid.select({ type: 'untick' });
    else return false;
    return true;
  };
  const open = () => {
    const faulty = activeFault();
    if (faulty?.fault.kind === 'conflict') grid.keepMine(faulty.record, faulty.field);
    else withRecord(options.onOpen);
  };
  const tick = () => {
    const { selection } = grid;
    const { top, bottom } = rectangle(selection);
    for (let row = top; row <= bottom; row++) {
      const record = rows.at(row);
      if (record) grid.select({ type: 'tick', id: record.id, row });
    }
  };
  const remove = async () => {
    const records = await meantRecords(rows, grid.selection);
    if (await removeRecords(session, records)) grid.select({ type: 'untick' });
  };
  const duplicate = async () => duplicateRecords(session, await meantRecords(rows, grid.selection));

  return {
    clear: () => void clear(),
    escape,
    open,
    peek: () => withRecord(options.onPeek),
    tick,
    /** null: not allowed. */
    duplicate: options.canCreate ? () => void duplicate() : null,
    remove: options.canDelete ? () => void remove() : null,
  };
}

export type GridCommands = ReturnType<typeof gridCommands>;
