/**
 * Optimistic edits over rows: what was entered is shown at once, sent in order, and stays in the
 * cell with its explanation when the server refuses it. Nothing typed is ever lost silently.
 */
import { ApiError } from '../../api/error';
import type { RecordRow } from '../../api/types';
import { isObject, sameJson, type Json, type JsonObject } from '../../lib/json';
import { faultsOf, type CellFault } from './faults';
import type { Step, Write } from './history';

export type { CellFault } from './faults';

/** What is pending on one record. A new object after each change, so that rows can compare. */
export interface Draft {
  values: JsonObject;
  faults: Readonly<Record<string, CellFault>>;
  /** Saves that wait for an answer. */
  saving: number;
}

/** New values for a record as the person saw it. */
export interface Change {
  record: RecordRow;
  values: JsonObject;
}

export type Outcome = { ok: true; record: RecordRow | null } | { ok: false; error: ApiError };

/** The way to the server. `batch` answers one outcome for each write, in order. */
export interface Sender {
  update: (id: string, values: JsonObject, revision: number) => Promise<RecordRow>;
  batch: (
    writes: Write[],
    revisions: ReadonlyMap<string, number>,
    isAtomic: boolean,
  ) => Promise<Outcome[]>;
}

export interface EditsOptions {
  sender: Sender;
  /** Names of the entity's fields, to find the cell that an error means. */
  fields: ReadonlySet<string>;
  /** The newest state of a record that is known here. */
  latest: (id: string) => RecordRow | undefined;
  onSaved: (records: RecordRow[]) => void;
  onRemoved: (ids: string[]) => void;
  onStep: (step: Step) => void;
}

const NOTHING: Draft = { values: {}, faults: {}, saving: 0 };

export class Edits {
  version = 0;
  private readonly drafts = new Map<string, Draft>();
  private readonly listeners = new Set<() => void>();
  /** Newest revision that one of our own writes made, by record. */
  private readonly ours = new Map<string, number>();
  private tail: Promise<unknown> = Promise.resolve();
  private readonly options: EditsOptions;

  constructor(options: EditsOptions) {
    this.options = { ...options };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getVersion = (): number => this.version;

  draft(id: string): Draft | undefined {
    return this.drafts.get(id);
  }

  /** Cells that were refused, oldest first. */
  faults(): { id: string; field: string }[] {
    return [...this.drafts].flatMap(([id, draft]) =>
      Object.keys(draft.faults).map((field) => ({ id, field })),
    );
  }

  /** Something entered is not on the server (yet). */
  get hasUnsaved(): boolean {
    return this.drafts.size > 0;
  }

  /** Fields came or went. */
  follows(fields: ReadonlySet<string>): void {
    this.options.fields = fields;
  }

  /** Cells that wait for the person to decide. */
  get faultCount(): number {
    return this.faults().length;
  }

  /** Saves new values, together as one undoable step. Resolves when the server has answered. */
  save(changes: Change[], kind: Step['kind'] = 'edit'): Promise<void> {
    for (const { record, values } of changes) this.settle(record.id, Object.keys(values));
    const real = changes.filter(({ record, values }) => !isSame(record, values));
    for (const { record, values } of real) {
      this.put(record.id, (draft) => ({
        ...draft,
        values: { ...draft.values, ...values },
        saving: draft.saving + 1,
      }));
    }
    if (real.length === 0) return Promise.resolve();
    return this.enqueue(() => this.send(real, kind));
  }

  /** Marks text that is no value of its field; it stays in the cell until it is corrected. */
  reject(id: string, field: string, text: string, message: string): void {
    const fault: CellFault = { kind: 'unreadable', message, text };
    this.put(id, (draft) => ({ ...draft, faults: { ...draft.faults, [field]: fault } }));
  }

  /** After a conflict: mine wins, knowingly. */
  keepMine(record: RecordRow, field: string): Promise<void> {
    const draft = this.drafts.get(record.id) ?? NOTHING;
    const revision = draft.faults[field]?.revision ?? record.revision;
    const value = draft.values[field] ?? null;
    return this.save([{ record: { ...record, revision }, values: { [field]: value } }]);
  }

  /** Gives up what was entered; the saved value shows again. */
  discard(id: string, field: string): void {
    this.settle(id, [field]);
  }

  /** Creates and deletes as one undoable step; throws what the server refuses. */
  async write(writes: Write[], step: Step): Promise<RecordRow[]> {
    const records = await this.replay(writes);
    this.options.onStep(step);
    return records;
  }

  /** Creates what the server takes; the others come back with the reason, in the same order. */
  createEach(writes: Extract<Write, { op: 'create' }>[], kind: Step['kind']): Promise<Outcome[]> {
    return this.enqueue(async () => {
      const outcomes = await this.options.sender.batch(writes, new Map(), false);
      const made = writes.filter((_, i) => outcomes[i]?.ok);
      this.accept(
        outcomes.flatMap((outcome) => (outcome.ok && outcome.record ? [outcome.record] : [])),
      );
      const undo = made.map(({ id }): Write => ({ op: 'delete', id }));
      if (made.length > 0) this.options.onStep({ kind, redo: made, undo });
      return outcomes;
    });
  }

  /** All or nothing; refused when someone else changed the same fields since our last write. */
  replay(writes: Write[]): Promise<RecordRow[]> {
    return this.enqueue(async () => {
      const outcomes = await this.options.sender.batch(writes, this.ours, true);
      const records: RecordRow[] = [];
      for (const outcome of outcomes) {
        if (!outcome.ok) throw outcome.error;
        if (outcome.record) records.push(outcome.record);
      }
      for (const write of writes) if (this.drafts.delete(write.id)) this.changed();
      this.accept(records);
      const removed = writes.filter((write) => write.op === 'delete').map((write) => write.id);
      for (const id of removed) this.ours.delete(id);
      if (removed.length > 0) this.options.onRemoved(removed);
      return records;
    });
  }

  /** One write after the other, so that each knows the revision that the one before it made. */
  private enqueue<T>(job: () => Promise<T>): Promise<T> {
    const run = this.tail.then(job, job);
    this.tail = run.catch(() => {});
    return run;
  }

  private async send(changes: Change[], kind: Step['kind']): Promise<void> {
    const before = changes.map(({ record }) => this.options.latest(record.id) ?? record);
    const outcomes = await this.outcomesOf(changes);
    const saved: number[] = [];
    const records: RecordRow[] = [];
    changes.forEach((change, i) => {
      const outcome = outcomes[i] ?? { ok: false, error: new ApiError(0, {}) };
      if (!outcome.ok) return this.refuse(change, outcome.error);
      saved.push(i);
      if (outcome.record) records.push(outcome.record);
    });
    // Rows first, drafts after: a cell never shows the old value in between.
    this.accept(records);
    for (const i of saved) this.finish(changes[i] as Change);
    if (saved.length === 0) return;
    const writes = saved.map((i) => ({
      change: changes[i] as Change,
      was: before[i] as RecordRow,
    }));
    this.options.onStep(stepOf(kind, writes));
  }

  private async outcomesOf(changes: Change[]): Promise<Outcome[]> {
    const revision = (record: RecordRow) =>
      Math.max(record.revision, this.ours.get(record.id) ?? 0);
    const [only] = changes;
    try {
      if (changes.length === 1 && only) {
        const { record, values } = only;
        const saved = await this.options.sender.update(record.id, values, revision(record));
        return [{ ok: true, record: saved }];
      }
      const writes = changes.map(({ record, values }) => toUpdate(record.id, values));
      const revisions = new Map(changes.map(({ record }) => [record.id, revision(record)]));
      return await this.options.sender.batch(writes, revisions, false);
    } catch (cause) {
      const error = cause instanceof ApiError ? cause : new ApiError(0, { detail: String(cause) });
      return changes.map(() => ({ ok: false, error }));
    }
  }

  private accept(records: RecordRow[]): void {
    for (const { id, revision } of records) this.ours.set(id, revision);
    if (records.length > 0) this.options.onSaved(records);
  }

  /** Saved: the draft goes, except where something newer was entered meanwhile. */
  private finish({ record, values }: Change): void {
    const still = this.stillShown(record.id, values);
    this.put(record.id, (draft) => ({
      ...draft,
      values: without(draft.values, still),
      saving: draft.saving - 1,
    }));
  }

  private refuse({ record, values }: Change, error: ApiError): void {
    const faults = faultsOf(error, this.stillShown(record.id, values), this.options.fields);
    this.put(record.id, (draft) => ({
      ...draft,
      faults: { ...draft.faults, ...faults },
      saving: draft.saving - 1,
    }));
  }

  private stillShown(id: string, values: JsonObject): string[] {
    const shown = this.drafts.get(id)?.values ?? {};
    return Object.keys(values).filter((name) => sameJson(shown[name], values[name]));
  }

  private settle(id: string, fields: string[]): void {
    if (!this.drafts.has(id)) return;
    this.put(id, (draft) => ({
      ...draft,
      values: without(draft.values, fields),
      faults: without(draft.faults, fields),
    }));
  }

  private put(id: string, change: (draft: Draft) => Draft): void {
    const draft = change(this.drafts.get(id) ?? NOTHING);
    const isOver = [draft.values, draft.faults].every((part) => Object.keys(part).length === 0);
    if (isOver && draft.saving <= 0) this.drafts.delete(id);
    else this.drafts.set(id, draft);
    this.changed();
  }

  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

const toUpdate = (id: string, values: JsonObject): Write => ({ op: 'update', id, values });

function without<T>(object: Readonly<Record<string, T>>, keys: string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function isSame(record: RecordRow, values: JsonObject): boolean {
  const same = ([name, value]: [string, Json]) => sameJson(bare(value), bare(record[name]));
  return Object.entries(values).every(same);
}

function stepOf(kind: Step['kind'], writes: { change: Change; was: RecordRow }[]): Step {
  const before = ({ change: { values }, was }: (typeof writes)[number]) =>
    Object.fromEntries(Object.keys(values).map((name) => [name, bare(was[name])]));
  return {
    kind,
    redo: writes.map(({ change }) => toUpdate(change.record.id, change.values)),
    undo: writes.map((write) => toUpdate(write.was.id, before(write))),
  };
}

/** A value as it goes over the wire: expanded links are their ids. */
export function bare(value: Json | undefined): Json {
  return isObject(value) && 'id' in value ? (value['id'] ?? null) : (value ?? null);
}
