/**
 * What happens on a board: which card is carried, moves that are shown before the server has agreed,
 * and the reasons why it did not. Knows nothing of React.
 */
import type { Field, RecordRow } from '../../api/types';
import { t } from '../../i18n';
import { toast } from '../../ui/toast';
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import { takeBack } from '../grid/bulk';
import { columnTitle, mayMove, type BoardColumn } from './board';

export interface BoardState {
  /** The card that is being carried, and the column it came from. */
  carried: { record: RecordRow; column: BoardColumn } | null;
  /** Why cards stayed where they were, by record. */
  notes: ReadonlyMap<string, string>;
}

export class BoardModel {
  state: BoardState = { carried: null, notes: new Map() };
  private readonly rows = new Map<string, Rows>();
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getState = (): BoardState => this.state;

  /** A column shows these rows until the returned function is called. */
  register(key: string, rows: Rows): () => void {
    this.rows.set(key, rows);
    return () => {
      if (this.rows.get(key) === rows) this.rows.delete(key);
    };
  }

  carry(record: RecordRow, column: BoardColumn): void {
    this.put({ carried: { record, column } });
  }
  putDown(): void {
    this.put({ carried: null });
  }

  dismiss(id: string): void {
    this.note(id, null);
  }

  /** Moves a card at once; when the move is refused it comes back with the reason. */
  async move(
    session: Session,
    field: Field,
    record: RecordRow,
    title: string,
    from: BoardColumn,
    to: BoardColumn,
  ): Promise<void> {
    if (from.key === to.key) return;
    const { board } = t.views;
    this.note(record.id, null);
    if (!mayMove(field, from.value, to.value)) {
      this.note(record.id, board.notAllowed);
      toast.error(`${board.refused(title)} ${board.notAllowed}`);
      return;
    }
    const [source, target] = [this.rows.get(from.key), this.rows.get(to.key)];
    source?.take(record.id);
    target?.put({ ...record, [field.name]: to.value });
    await session.edits.save([{ record, values: { [field.name]: to.value } }], 'move');
    const fault = session.edits.draft(record.id)?.faults[field.name];
    if (fault) {
      session.edits.discard(record.id, field.name);
      target?.take(record.id);
      source?.put(record);
      this.note(record.id, fault.message);
      toast.error(`${board.refused(title)} ${fault.message}`);
    } else {
      const name = columnTitle(to, board.noValue);
      toast.done(board.moved(title, name), () => void takeBack(session));
    }
    source?.refresh();
    target?.refresh();
  }

  private note(id: string, message: string | null): void {
    if (message === null && !this.state.notes.has(id)) return;
    const notes = new Map(this.state.notes);
    if (message === null) notes.delete(id);
    else notes.set(id, message);
    this.put({ notes });
  }

  private put(change: Partial<BoardState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
