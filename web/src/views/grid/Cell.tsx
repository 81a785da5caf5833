/** One cell: the value, the place where typing begins, the mark of what went wrong. */
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { memo } from 'react';
import type { RecordRow } from '../../api/types';
import { toText } from '../../fields';
import { label } from '../../meta/label';
import { isEmpty, type Json } from '../../lib/json';
import type { CellFault } from '../data/edits';
import { Choosing } from './Choosing';
import { FaultNote } from './FaultNote';
import { Typing } from './Typing';
import css from './grid.module.css';
import type { Editing, GridColumn } from './model';
import type { GridModel } from './grid_model';

export interface CellProps {
  column: GridColumn;
  index: number;
  left: number;
  record: RecordRow;
  value: Json;
  fault: CellFault | undefined;
  isPending: boolean;
  isActive: boolean;
  /** Sides on which the selection ends here, as a class; undefined: not selected. */
  selection: string | undefined;
  /** What is being done in this cell. */
  editing: Editing | undefined;
  grid: GridModel;
}

export const Cell = memo(function Cell(props: CellProps) {
  const { column, index, record, value, fault, isActive, editing, grid } = props;
  const { kind, field } = column;
  const canType = column.canWrite && kind.typing !== undefined;
  const shown = fault?.text ?? null;
  const classes = [
    css.cell,
    kind.align === 'end' && css.end,
    kind.align === 'center' && css.center,
    props.selection !== undefined && css.selected,
    props.selection,
    isActive && css.active,
    fault && css.faulty,
    props.isPending && css.pending,
    editing && css.editing,
  ];
  const faultId = fault && isActive ? 'grid-fault' : undefined;
  return (
    // The grid listens for keys and clicks once, on its root.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="gridcell"
      className={classes.filter(Boolean).join(' ')}
      style={{ left: props.left, width: column.width }}
      data-column={index}
      aria-colindex={index + 2}
      aria-selected={props.selection !== undefined}
      // A gridcell may be read-only (ARIA 1.2); the linter's table does not know it.
      // oxlint-disable-next-line jsx-a11y/role-supports-aria-props
      aria-readonly={!column.canWrite}
      aria-invalid={fault ? true : undefined}
      aria-describedby={faultId}
      tabIndex={isActive && !canType && !editing ? 0 : undefined}
      data-focus={isActive && !canType && !editing ? true : undefined}
    >
      {editing?.how === 'choosing' ? (
        <Choosing column={column} value={value} grid={grid} />
      ) : (
        <div className={css.value}>
          {shown ??
            (isEmpty(value) ? null : (
              <kind.Cell value={value} field={field} record={record} place="cell" />
            ))}
        </div>
      )}
      {isActive && canType && editing?.how !== 'choosing' && (
        <Typing
          column={column}
          label={`${label(field.label, field.name)} ${shown ?? toText(value, field)}`}
          isEditing={editing !== undefined}
          startText={editing?.text ?? null}
          grid={grid}
          describedBy={faultId}
        />
      )}
      {fault && <IconAlertTriangleFilled size={12} className={css.faultMark} aria-hidden />}
      {fault && isActive && <FaultNote fault={fault} record={record} column={column} grid={grid} />}
    </div>
  );
});
