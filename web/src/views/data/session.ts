/**
 * What a person does to the records of one entity while looking at them: optimistic edits, making and
 * deleting records, and undo and redo of all of it.
 */
import { ApiError } from '../../api/error';
import type { LiveChange, RecordRow } from '../../api/types';
import type { JsonObject } from '../../lib/json';
import { uuidV7 } from '../../lib/uuid';
import type { Entity } from '../../meta/catalogue';
import { Edits, bare, type Outcome } from './edits';
import {
  NO_HISTORY,
  forget,
  record as remember,
  redo,
  undo,
  type History,
  type Step,
  type Write,
} from './history';
import type { Rows } from './rows';
import { listRecords, makeSender } from './send';
import { Sources, type SourceShape } from './sources';

export interface SessionOptions {
  ws: string;
  entity: Entity;
  /** Fields that a person may write: only they go into a copy. */
  canWrite: (field: string) => boolean;
}

/** Ids of one question. */
const PAGE = 200;

export class Session {
  readonly edits: Edits;
  /** Rises with every write and live change. */
  version = 0;
  private history: History = NO_HISTORY;
  private readonly sources: Sources;
  private readonly listeners = new Set<() => void>();
  private readonly shows = new Set<(id: string, field: string) => boolean>();
  private options: SessionOptions;

  constructor(options: SessionOptions) {
    this.options = options;
    const { ws, entity } = options;
    this.sources = new Sources(ws, entity.name, () => this.changed());
    this.edits = new Edits({
      sender: makeSender(ws, entity.name),
      fields: new Set(entity.byName.keys()),
      latest: (id) => this.find(id),
      onSaved: (saved) => {
        this.sources.accept(saved);
        this.changed();
      },
      onRemoved: (ids) => {
        this.sources.drop(ids);
        this.changed();
      },
      onStep: (step) => {
        this.history = remember(this.history, step);
        this.changed();
      },
    });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getVersion = (): number => this.version;

  get canUndo(): boolean {
    return this.history.done.length > 0;
  }
  get canRedo(): boolean {
    return this.history.undone.length > 0;
  }

  /** The entity's definition, or what the person may write, changed. */
  follows(entity: Entity, canWrite: SessionOptions['canWrite']): void {
    this.options = { ...this.options, entity, canWrite };
    this.edits.follows(new Set(entity.byName.keys()));
  }

  /** Rows that shall follow edits and live changes until the returned function is called. */
  attach(rows: Rows, shape: SourceShape): () => void {
    return this.sources.attach(rows, shape);
  }
  find(id: string): RecordRow | undefined {
    return this.sources.find(id);
  }
  /** Loaded records around one, in their order: what its page offers as before and after. */
  idsAround(id: string): string[] {
    return this.sources.idsAround(id);
  }
  live(change: LiveChange): void {
    this.sources.live(change);
  }
  hold(): () => void {
    return this.sources.hold();
  }
  refreshNow(): void {
    this.sources.refreshNow();
  }
  refreshSoon(): void {
    this.sources.refreshSoon();
  }
  pause(): void {
    this.sources.pause();
  }

  /** Asks the view that has cells to show one; false when it is not among them. */
  showCell(id: string, field: string): boolean {
    return [...this.shows].some((show) => show(id, field));
  }
  onShowCell(show: (id: string, field: string) => boolean): () => void {
    this.shows.add(show);
    return () => this.shows.delete(show);
  }

  /** Takes the last step back; null when there is none. Throws when the server refuses. */
  undo(): Promise<Step | null> {
    return this.travel(undo(this.history), 'undo');
  }
  redo(): Promise<Step | null> {
    return this.travel(redo(this.history), 'redo');
  }

  private async travel(
    trip: { step: Step; after: History } | null,
    way: 'undo' | 'redo',
  ): Promise<Step | null> {
    if (!trip) return null;
    this.history = trip.after;
    try {
      const saved = await this.edits.replay(trip.step[way]);
      const makes = (write: Write) => write.op === 'create' || write.op === 'restore';
      if (trip.step[way].some(makes)) this.sources.made(saved);
    } catch (error) {
      // A refused step would be refused again; a lost connection may come back.
      const isFinal = error instanceof ApiError && error.status >= 400 && error.status < 500;
      this.history = isFinal ? forget(trip.after, trip.step) : comeBack(trip, way, this.history);
      this.changed();
      throw error;
    }
    this.changed();
    return trip.step;
  }

  /** Deletes records as one step that undo takes back. */
  remove(ids: string[]): Promise<RecordRow[]> {
    const redoWrites = ids.map((id): Write => ({ op: 'delete', id }));
    const undoWrites = ids.map((id): Write => ({ op: 'restore', id }));
    return this.edits.write(redoWrites, { kind: 'delete', redo: redoWrites, undo: undoWrites });
  }

  /** Creates records as one step, all or none. */
  async create(values: JsonObject[], kind: 'create' | 'duplicate'): Promise<RecordRow[]> {
    const writes = values.map(toCreate);
    const undoWrites = writes.map(({ id }): Write => ({ op: 'delete', id }));
    const made = await this.edits.write(writes, { kind, redo: writes, undo: undoWrites });
    this.sources.made(made);
    return made;
  }

  /** Creates records in one request; those that are refused say why. */
  async createEach(values: JsonObject[], kind: 'paste'): Promise<Outcome[]> {
    const outcomes = await this.edits.createEach(values.map(toCreate), kind);
    this.sources.made(outcomes.flatMap((it) => (it.ok && it.record ? [it.record] : [])));
    return outcomes;
  }

  /** Everything of the records that may be written, read anew: rows hold only shown columns. */
  async fullCopies(ids: string[]): Promise<RecordRow[]> {
    const { ws, entity } = this.options;
    const filter = { field: 'id', op: 'in' as const, value: ids };
    const list = await listRecords(ws, entity.name, { filter, limit: PAGE });
    const byId = new Map(list.records.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** The values that a copy of a record starts with: what must be unique stays with the original. */
  copyOf(row: RecordRow): JsonObject {
    const values: JsonObject = {};
    for (const { name, unique: isUnique } of this.options.entity.fields) {
      const value = bare(row[name]);
      if (!isUnique && this.options.canWrite(name) && value !== null) values[name] = value;
    }
    return values;
  }

  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

function toCreate(values: JsonObject): Extract<Write, { op: 'create' }> {
  return { op: 'create', id: uuidV7(), values };
}

/** The history before a step that could not be taken for want of a connection. */
function comeBack(
  trip: { step: Step; after: History },
  way: 'undo' | 'redo',
  now: History,
): History {
  const back = way === 'undo' ? redo(now) : undo(now);
  return back?.step === trip.step ? back.after : now;
}
