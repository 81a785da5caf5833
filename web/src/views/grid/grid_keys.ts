/** Turns keys into the grid's commands. */
import type { KeyboardEvent } from 'react';
import { t } from '../../i18n';
import { label } from '../../meta/label';
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import { clearCells, duplicateRecords, meantRecords, removeRecords, takeBack } from './bulk';
import { commandFor, type GridCommand } from './keys';
import type { GridColumn } from './model';
import { rowsPerPage } from './scroll';
import { isRange, rectangle } from './select';
import type { GridModel } from './grid_model';
import type { Scroller } from './scroller';

export interface KeyOptions {
  grid: GridModel;
  session: Session;
  rows: Rows;
  columns: GridColumn[];
  scroller: Scroller;
  say: (message: string) => void;
  canCreate: boolean;
  canDelete: boolean;
  onPeek: (id: string) => void;
  onOpen: (id: string) => void;
  onCreate: () => void;
  onHeader: () => void;
}

export function gridKeys(options: KeyOptions): (event: KeyboardEvent) => void {
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

  const run = (command: GridCommand): unknown => {
    switch (command.do) {
      case 'select':
        return command.action.type === 'collapse' ? escape() : grid.select(command.action);
      case 'page': {
        const by = command.by * rowsPerPage(options.scroller.geometry);
        return grid.select({ type: 'move', rows: by, columns: 0, extend: command.extend });
      }
      case 'edit':
        return grid.edit(command.seed);
      case 'commit':
        return grid.commit(command.then);
      case 'cancel':
        return grid.cancel();
      case 'new_line':
        // Through the browser, so that its own undo knows of it.
        document.execCommand('insertText', false, '\n');
        return undefined;
      case 'clear':
        return clear();
      case 'undo':
      case 'redo':
        return void takeBack(session, command.do, options.say);
      case 'duplicate':
        if (!options.canCreate) return undefined;
        return void meantRecords(rows, grid.selection).then((records) =>
          duplicateRecords(session, records),
        );
      case 'delete':
        return options.canDelete ? void remove() : undefined;
      case 'tick':
        return tick();
      case 'peek':
        return withRecord(options.onPeek);
      case 'open':
        return open();
      case 'create':
        return options.onCreate();
    }
  };

  return (event: KeyboardEvent) => {
    // A list inside a cell has used the key already.
    if (event.defaultPrevented) return;
    const { selection, editing } = grid.state;
    const at = event.target as Element;
    if (!editing && at !== event.currentTarget && !at.closest('[role=gridcell]')) return;
    const command = commandFor(
      {
        key: event.key,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        shiftKey: event.shiftKey,
        altKey: event.altKey,
        isComposing: event.nativeEvent.isComposing,
      },
      {
        editing: editing !== null,
        hasLines: editing !== null && columns[editing.column]?.kind.typing === 'lines',
        running: selection.runFrom !== null,
      },
    );
    if (!command) return;
    const isUp = event.key === 'ArrowUp' && !event.shiftKey;
    if (!editing && isUp && selection.active.row === 0 && command.do === 'select') {
      event.preventDefault();
      options.onHeader();
      return;
    }
    // The first key of a text goes on into the cell.
    const kind = columns[selection.active.column]?.kind;
    const goesOn = command.do === 'edit' && command.seed !== undefined && kind?.typing;
    if (run(command) !== false && !goesOn) event.preventDefault();
  };
}
