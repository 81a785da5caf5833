/**
 * The grid's state: what is selected, what is being edited. Every handler is stable, so that rows are
 * redrawn only when something in them changed.
 */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RecordRow } from '../../api/types';
import { checkValue, fromText, toText } from '../../fields';
import { t } from '../../i18n';
import type { Json } from '../../lib/json';
import { label } from '../../meta/label';
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import { revealColumn, type Layout } from './layout';
import { shownValue, type Editing, type GridColumn } from './model';
import { START, fit, select, type SelectAction, type Selection } from './select';
import type { Scroll } from './use_scroll';

export interface GridOptions {
  root: React.RefObject<HTMLDivElement | null>;
  session: Session;
  rows: Rows;
  columns: GridColumn[];
  layout: Layout;
  scroll: Scroll;
  say: (message: string) => void;
}

export interface GridActions {
  /** Moves or changes the selection and brings it into sight. */
  select: (action: SelectAction) => void;
  /** Begins to edit the active cell; `seed` is the key that was typed. */
  edit: (seed?: string) => void;
  typingBegins: () => void;
  chosen: (value: Json) => void;
  /** Saves what was entered; stays in the cell when it cannot be read. */
  commit: (then?: SelectAction) => void;
  cancel: () => void;
  /** The focus went elsewhere: what was entered is saved, or kept in the cell with its mark. */
  leave: () => void;
  keepMine: (record: RecordRow, field: string) => void;
  discard: (record: RecordRow, field: string) => void;
}

export interface GridState {
  selection: Selection;
  editing: Editing | null;
  /** Newest state, for handlers. */
  now: () => { selection: Selection; editing: Editing | null };
  actions: GridActions;
}

/** Steps that do not ask for a cell to be shown. */
const KEEPS_PLACE = new Set<SelectAction['type']>([
  'shift',
  'start_over',
  'shift_columns',
  'tick',
  'tick_many',
  'untick',
  'everything',
  'whole_column',
]);

export function useGrid(options: GridOptions): GridState {
  const [selection, setSelection] = useState<Selection>(START);
  const [editing, setEditing] = useState<Editing | null>(null);
  const ref = useRef({ ...options, selection, editing, chosen: undefined as Json | undefined });
  Object.assign(ref.current, options);

  const extent = useCallback(() => {
    const { rows, columns } = ref.current;
    return { rows: rows.count ?? 0, columns: columns.length };
  }, []);
  const put = useCallback((next: Selection) => {
    ref.current.selection = next;
    setSelection(next);
  }, []);
  const begin = useCallback((next: Editing | null) => {
    ref.current.editing = next;
    ref.current.chosen = undefined;
    setEditing(next);
  }, []);

  const actions = useMemo<GridActions>(() => {
    const here = ref.current;

    const move = (action: SelectAction) => {
      put(select(here.selection, action, extent()));
      if (KEEPS_PLACE.has(action.type)) return;
      const { head } = here.selection;
      const { layout, scroll } = here;
      scroll.showRow(head.row);
      if (action.type !== 'whole_row') {
        scroll.showLeft(revealColumn(layout, scroll.left, scroll.width, head.column));
      }
    };
    const activeCell = () => {
      const { row, column } = here.selection.active;
      const record = here.rows.at(row);
      const gridColumn = here.columns[column];
      return record && gridColumn ? { row, column, record, gridColumn } : null;
    };
    const start = (how: Editing['how'], text: string | null) => {
      const cell = activeCell();
      if (cell) begin({ id: cell.record.id, row: cell.row, column: cell.column, how, text });
    };
    const save = (record: RecordRow, name: string, value: Json) =>
      void here.session.edits.save([{ record, values: { [name]: value } }]);

    const edit = (seed?: string) => {
      const cell = activeCell();
      if (!cell) return;
      const { record, gridColumn } = cell;
      const { kind, field, name } = gridColumn;
      if (!gridColumn.canWrite) {
        here.say(t.views.grid.readOnly(label(field.label, name)));
        return;
      }
      const draft = here.session.edits.draft(record.id);
      const value = shownValue(record, draft, name);
      if (kind.flip) {
        if (seed === undefined) save(record, name, kind.flip(value));
      } else if (kind.typing && seed !== undefined) {
        // The key itself goes on into the cell's text, which tells when something arrived.
      } else if (kind.typing && kind.typing !== 'line_or_choice') {
        start('typing', draft?.faults[name]?.text ?? toText(value, field));
      } else {
        start('choosing', null);
      }
    };

    /** What the editor holds, read as a value. */
    const reading = ({ how, text }: Editing, { field }: GridColumn) => {
      if (how === 'choosing') {
        if (here.chosen === undefined) return 'same';
        const problem = checkValue(here.chosen, field);
        if (problem === null) return { ok: true, value: here.chosen } as const;
        return { ok: false, text: String(here.chosen ?? ''), message: problem } as const;
      }
      const typed = here.root.current?.querySelector<HTMLTextAreaElement>('textarea[data-focus]');
      const entered = typed?.value ?? '';
      if (entered === text) return 'same';
      const read = fromText(entered, field);
      const problem = read.ok ? checkValue(read.value, field) : read.message;
      if (read.ok && problem === null) return { ok: true, value: read.value } as const;
      return { ok: false, text: entered, message: problem ?? '' } as const;
    };

    const finish = (then: SelectAction | undefined, isLeaving: boolean) => {
      const { editing } = here;
      const column = editing && here.columns[editing.column];
      const record = editing && (here.session.find(editing.id) ?? here.rows.at(editing.row));
      if (!editing || !column || !record) return begin(null);
      const read = reading(editing, column);
      if (read !== 'same') {
        if (read.ok) save(record, column.name, read.value);
        else here.session.edits.reject(record.id, column.name, read.text, read.message);
        if (!read.ok && !isLeaving) return undefined;
      }
      begin(null);
      if (then) move(then);
      return undefined;
    };

    return {
      select: move,
      edit,
      typingBegins: () => {
        if (!here.editing) start('typing', null);
      },
      chosen: (value) => {
        here.chosen = value;
      },
      commit: (then) => finish(then, false),
      leave: () => {
        if (here.editing && document.hasFocus()) finish(undefined, true);
      },
      cancel: () => {
        const { editing, columns } = here;
        const name = editing && columns[editing.column]?.name;
        begin(null);
        if (editing && name) here.session.edits.discard(editing.id, name);
      },
      keepMine: (record, field) => void here.session.edits.keepMine(record, field),
      discard: (record, field) => here.session.edits.discard(record.id, field),
    };
  }, [begin, extent, put]);

  // A grid that lost rows or columns keeps its selection inside.
  const rowCount = options.rows.count ?? 0;
  const columnCount = options.columns.length;
  useLayoutEffect(() => {
    const inside = fit(ref.current.selection, { rows: rowCount, columns: columnCount });
    if (inside !== ref.current.selection) put(inside);
  }, [rowCount, columnCount, put]);

  const { session } = options;
  const isEditing = editing !== null;
  useEffect(() => (isEditing ? session.hold() : undefined), [isEditing, session]);

  const now = useCallback(() => ref.current, []);
  return { selection, editing, now, actions };
}
