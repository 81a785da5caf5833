/**
 * The grid's state and what can be done with it: what is selected, what is being edited. Knows nothing
 * of React; its methods stay the same, so that rows are redrawn only when something in them changed.
 */
import type { RecordRow } from '../../api/types';
import { checkValue, fromText, toText } from '../../fields';
import { t } from '../../i18n';
import type { Json } from '../../lib/json';
import { label } from '../../meta/label';
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import { revealColumn, type Layout } from './layout';
import { shownValue, type Editing, type GridColumn } from './model';
import type { Scroller } from './scroller';
import {
  START,
  fit,
  select,
  type CellAt,
  type Extent,
  type SelectAction,
  type Selection,
} from './select';

export interface GridOptions {
  session: Session;
  rows: Rows;
  columns: GridColumn[];
  layout: Layout;
  scroller: Scroller;
  /** A short word to the person. */
  say: (message: string) => void;
}

export interface GridState {
  selection: Selection;
  editing: Editing | null;
}

type Reading = { ok: true; value: Json } | { ok: false; text: string; message: string };

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

export class GridModel {
  state: GridState = { selection: START, editing: null };
  /** A click began on the cell that was active already. */
  wasActive = false;
  private options: GridOptions | null = null;
  /** The key that opened a list, for its search line. */
  seed = '';
  /** What the open editor holds: typed text, or a chosen value. */
  private typed = '';
  private choice: { value: Json } | null = null;
  private release: (() => void) | null = null;
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getState = (): GridState => this.state;

  /** Newest rows and columns; the selection stays inside of them. */
  update(options: GridOptions): void {
    this.options = options;
    const inside = fit(this.state.selection, this.extent);
    if (inside !== this.state.selection) this.put({ selection: inside });
  }

  get selection(): Selection {
    return this.state.selection;
  }

  get activeColumn(): GridColumn | undefined {
    return this.options?.columns[this.selection.active.column];
  }

  get activeRecord(): RecordRow | undefined {
    return this.options?.rows.at(this.selection.active.row);
  }

  /** Moves or changes the selection and brings it into sight. */
  select(action: SelectAction): void {
    this.put({ selection: select(this.selection, action, this.extent) });
    if (KEEPS_PLACE.has(action.type) || !this.options) return;
    const { head } = this.selection;
    const { layout, scroller } = this.options;
    scroller.showRow(head.row);
    if (action.type === 'whole_row') return;
    const { left, width } = scroller.state;
    scroller.showLeft(revealColumn(layout, left, width, head.column));
  }

  /** Makes a cell active where it is, without moving the view. */
  restore(cell: CellAt): void {
    this.put({ selection: select(this.selection, { type: 'at', cell }, this.extent) });
  }

  /** Makes the cell of a record active; false when its row is not loaded. */
  show(id: string, field: string): boolean {
    const row = this.options?.rows.rowOf(id) ?? -1;
    const column = this.options?.columns.findIndex(({ name }) => name === field) ?? -1;
    if (row < 0 || column < 0) return false;
    this.select({ type: 'at', cell: { row, column } });
    return true;
  }

  /** Begins to edit the active cell; `seed` is the key that was typed. */
  edit(seed?: string): void {
    const { activeRecord: record, activeColumn: column, options } = this;
    if (!record || !column || !options) return;
    const { kind, field, name } = column;
    if (!column.canWrite) {
      options.say(t.views.grid.readOnly(label(field.label, name)));
      return;
    }
    const draft = options.session.edits.draft(record.id);
    const value = shownValue(record, draft, name);
    // A typed key goes on into the cell's own text, which tells when something arrived.
    if (kind.typing && seed !== undefined) return;
    if (kind.flip) {
      if (seed === undefined) this.save(record, name, kind.flip(value));
    } else if (kind.typing && kind.typing !== 'line_or_choice') {
      this.begin('typing', draft?.faults[name]?.text ?? toText(value, field));
    } else {
      this.seed = seed ?? '';
      this.begin('choosing', null);
    }
  }

  /** The text over the cell changed; the first character begins the edit. */
  type(text: string): void {
    this.typed = text;
    if (!this.state.editing) this.begin('typing', null);
    this.typed = text;
  }

  choose(value: Json): void {
    this.choice = { value };
  }

  /** Saves what was entered; stays in the cell when it cannot be read. */
  commit(then?: SelectAction): void {
    this.finish(then, false);
  }

  /** The focus went elsewhere: what was entered is saved, or kept in the cell with its mark. */
  leave(): void {
    if (this.state.editing && document.hasFocus()) this.finish(undefined, true);
  }

  cancel(): void {
    const { editing } = this.state;
    const name = editing && this.options?.columns[editing.column]?.name;
    this.end();
    if (editing && name) this.options?.session.edits.discard(editing.id, name);
  }

  keepMine(record: RecordRow, field: string): void {
    void this.options?.session.edits.keepMine(record, field);
  }

  discard(record: RecordRow, field: string): void {
    this.options?.session.edits.discard(record.id, field);
  }

  private get extent(): Extent {
    return {
      rows: this.options?.rows.count ?? 0,
      columns: this.options?.columns.length ?? 0,
    };
  }

  private begin(how: Editing['how'], text: string | null): void {
    const { activeRecord: record, options } = this;
    if (!record || !options) return;
    this.typed = text ?? '';
    this.choice = null;
    this.release ??= options.session.hold();
    const { row, column } = this.selection.active;
    this.put({ editing: { id: record.id, row, column, how, text } });
  }

  private end(): void {
    this.release?.();
    this.release = null;
    this.choice = null;
    if (this.state.editing) this.put({ editing: null });
  }

  private save(record: RecordRow, name: string, value: Json): void {
    void this.options?.session.edits.save([{ record, values: { [name]: value } }]);
  }

  private finish(then: SelectAction | undefined, isLeaving: boolean): void {
    const { options } = this;
    const { editing } = this.state;
    const column = editing && options?.columns[editing.column];
    const record = editing && (options?.session.find(editing.id) ?? options?.rows.at(editing.row));
    if (!options || !editing || !column || !record) return this.end();
    const reading = this.read(editing, column);
    if (reading?.ok) this.save(record, column.name, reading.value);
    if (reading && !reading.ok) {
      options.session.edits.reject(record.id, column.name, reading.text, reading.message);
      if (!isLeaving) return undefined;
    }
    this.end();
    if (then) this.select(then);
    return undefined;
  }

  /** What the editor holds, as a value; null when nothing was entered. */
  private read({ how, text }: Editing, { field }: GridColumn): Reading | null {
    if (how === 'choosing') {
      if (!this.choice) return null;
      const { value } = this.choice;
      const problem = checkValue(value, field);
      if (problem === null) return { ok: true, value };
      return { ok: false, text: String(value ?? ''), message: problem };
    }
    if (this.typed === text) return null;
    const read = fromText(this.typed, field);
    const problem = read.ok ? checkValue(read.value, field) : read.message;
    if (read.ok && problem === null) return { ok: true, value: read.value };
    return { ok: false, text: this.typed, message: problem ?? '' };
  }

  private put(change: Partial<GridState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
