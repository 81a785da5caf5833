/** Why the active cell could not be saved, right below it, and the ways out. */
import { Button, Popover } from '@mantine/core';
import type { RecordRow } from '../../api/types';
import { toText } from '../../fields';
import { t } from '../../i18n';
import type { CellFault } from '../data/edits';
import css from './grid.module.css';
import type { GridColumn } from './model';
import type { GridModel } from './grid_model';

interface FaultNoteProps {
  fault: CellFault;
  record: RecordRow;
  column: GridColumn;
  grid: GridModel;
}

export function FaultNote({ fault, record, column, grid }: FaultNoteProps) {
  const isConflict = fault.kind === 'conflict';
  const theirs = toText(fault.theirs, column.field) || t.common.none;
  return (
    <Popover
      opened
      position="bottom-start"
      offset={4}
      withinPortal
      shadow="md"
      trapFocus={false}
      withRoles={false}
    >
      <Popover.Target>
        <span className={css.noteAnchor} />
      </Popover.Target>
      <Popover.Dropdown
        p="sm"
        maw={340}
        id="grid-fault"
        role="alert"
        // The cell keeps the focus, so that keys go on working.
        onMouseDown={(event) => event.preventDefault()}
      >
        <div className={css.note}>
          {isConflict ? t.views.faults.conflict(theirs) : fault.message}
          {!isConflict && fault.hint && <div className={css.noteHint}>{fault.hint}</div>}
        </div>
        <div className={css.noteActions}>
          {isConflict && (
            <Button
              size="compact-xs"
              tabIndex={-1}
              onClick={() => grid.keepMine(record, column.name)}
            >
              {t.views.faults.keepMine}
            </Button>
          )}
          {fault.kind === 'offline' && (
            <Button
              size="compact-xs"
              tabIndex={-1}
              onClick={() => grid.keepMine(record, column.name)}
            >
              {t.common.retry}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="default"
            tabIndex={-1}
            onClick={() => grid.discard(record, column.name)}
          >
            {isConflict ? t.views.faults.takeTheirs : t.views.faults.discard}
          </Button>
          <span className={css.noteKeys}>
            {isConflict ? t.views.faults.conflictKeys : t.views.faults.keys}
          </span>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
