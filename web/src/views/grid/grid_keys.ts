/** Turns keys into the grid's commands. */
import type { KeyboardEvent } from 'react';
import { flushSync } from 'react-dom';
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import { clearCells, duplicateRecords, meantRecords, removeRecords, takeBack } from './bulk';
import { commandFor, type GridCommand } from './keys';
import type { GridColumn } from './model';
import { rowsPerPage } from './scroll';
import { isRange, rectangle } from './select';
import type { GridState } from './use_grid';
import type { Scroll } from './use_scroll';

export interface KeyOptions {
  grid: GridState;
  session: Session;
  rows: Rows;
  columns: GridColumn[];
  scroll: Scroll;
  canCreate: boolean;
  canDelete: boolean;
  onPeek: (id: string) => void;
  onOpen: (id: string) => void;
  onCreate: () => void;
  onHeader: () => void;
}

export function gridKeys(options: KeyOptions): (event: KeyboardEvent) => void {
  const { grid, session, rows, columns } = options;
  const { select, edit, commit, cancel, discard } = grid.actions;

  const withRecord = (act: (id: string) => void) => {
    const record = rows.at(grid.now().selection.active.row);
    if (record) act(record.id);
  };
  const clear = () => {
    const { selection } = grid.now();
    const record = rows.at(selection.active.row);
    const column = columns[selection.active.column];
    // A single cell that may not be emptied explains itself.
    if (!isRange(selection) && record && column && (!column.canWrite || column.field.required)) {
      return edit();
    }
    return void clearCells(session, rows, columns, rectangle(selection));
  };
  const escape = () => {
    const { selection } = grid.now();
    const record = rows.at(selection.active.row);
    const column = columns[selection.active.column];
    const fault = record && column && session.edits.draft(record.id)?.faults[column.name];
    if (record && column && fault) return discard(record, column.name);
    if (isRange(selection)) return select({ type: 'collapse' });
    return select({ type: 'untick' });
  };
  const tick = () => {
    const { selection } = grid.now();
    const { top, bottom } = rectangle(selection);
    for (let row = top; row <= bottom; row++) {
      const record = rows.at(row);
      if (record) select({ type: 'tick', id: record.id, row });
    }
  };
  const remove = async () => {
    const records = await meantRecords(rows, grid.now().selection);
    if (await removeRecords(session, records)) select({ type: 'untick' });
  };

  const run = (command: GridCommand): void => {
    switch (command.do) {
      case 'select':
        if (command.action.type === 'collapse') return escape();
        return select(command.action);
      case 'page': {
        const by = command.by * rowsPerPage(options.scroll.geometry);
        return select({ type: 'move', rows: by, columns: 0, extend: command.extend });
      }
      case 'edit':
        return edit(command.seed);
      case 'commit':
        return commit(command.then);
      case 'cancel':
        return cancel();
      case 'new_line':
        // Through the browser, so that its own undo knows of it.
        document.execCommand('insertText', false, '\n');
        return undefined;
      case 'clear':
        return clear();
      case 'undo':
      case 'redo':
        return void takeBack(session, command.do);
      case 'duplicate':
        if (!options.canCreate) return undefined;
        return void meantRecords(rows, grid.now().selection).then((records) =>
          duplicateRecords(session, records),
        );
      case 'delete':
        return options.canDelete ? void remove() : undefined;
      case 'tick':
        return tick();
      case 'peek':
        return withRecord(options.onPeek);
      case 'open':
        return withRecord(options.onOpen);
      case 'create':
        return options.onCreate();
    }
  };

  return (event: KeyboardEvent) => {
    // A list inside a cell has used the key already.
    if (event.defaultPrevented) return;
    const { selection, editing } = grid.now();
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
    const kind = columns[selection.active.column]?.kind;
    const goesOn = command.do === 'edit' && command.seed !== undefined && kind?.typing;
    // The first key opens a list, which must have the focus before the key arrives in it.
    if (command.do === 'edit' && command.seed !== undefined && !kind?.typing) {
      flushSync(() => run(command));
      return;
    }
    if (!goesOn) event.preventDefault();
    run(command);
  };
}
