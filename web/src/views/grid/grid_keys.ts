/** Turns keys into the grid's commands. */
import type { KeyboardEvent } from 'react';
import type { Session } from '../data/session';
import { takeBack } from './bulk';
import type { GridCommands } from './grid_commands';
import type { GridModel } from './grid_model';
import { commandFor, type GridCommand } from './keys';
import type { GridColumn } from './model';
import { rowsPerPage } from './scroll';
import type { Scroller } from './scroller';

export interface KeyOptions {
  grid: GridModel;
  session: Session;
  columns: GridColumn[];
  scroller: Scroller;
  commands: GridCommands;
  say: (message: string) => void;
  onCreate: () => void;
  /** The focus goes up into the heads. */
  onHeader: () => void;
  /** The menu of the active cell, at a point of the window. */
  onMenu: (place: { x: number; y: number }) => void;
}

export function gridKeys(options: KeyOptions): (event: KeyboardEvent) => void {
  const { grid, session, columns, commands } = options;

  const run = (command: GridCommand, target: Element): unknown => {
    switch (command.do) {
      case 'select':
        return command.action.type === 'collapse' ? commands.escape() : grid.select(command.action);
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
        return commands.clear();
      case 'undo':
      case 'redo':
        return void takeBack(session, command.do, options.say);
      case 'duplicate':
        return commands.duplicate?.();
      case 'delete':
        return commands.remove?.();
      case 'tick':
        return commands.tick();
      case 'peek':
        return commands.peek();
      case 'open':
        return commands.open();
      case 'menu':
        // After this key is over, which would close the menu as a key outside of it.
        return setTimeout(options.onMenu, 0, belowCell(target));
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
    if (run(command, at) !== false && !goesOn) event.preventDefault();
  };
}

/** Near the lower left corner of a cell, in px of the window. */
function belowCell(target: Element): { x: number; y: number } {
  const { left, bottom } = (target.closest('[role=gridcell]') ?? target).getBoundingClientRect();
  return { x: left + 8, y: bottom - 4 };
}
