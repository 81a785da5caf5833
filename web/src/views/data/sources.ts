/**
 * The rows that are shown of an entity (one source for a table, one for each column of a board), and
 * how they hear of changes: of our own at once, of everyone's through live messages.
 */
import type { LiveChange, RecordRow } from '../../api/types';
import { isObject } from '../../lib/json';
import type { Rows } from './rows';
import { listRecords } from './send';

/** Rows that others create or delete are shown at most this often. */
const REFRESH_PAUSE_MS = 2_000;
/** Live changes are gathered for so long, then read together. */
const LIVE_PAUSE_MS = 200;
const PAGE = 200;

/** What a source of rows shows of its records. */
export interface SourceShape {
  fields: string[];
  expand: string[];
  /** Whether a changed record still has its place there (a board's column); always, when absent. */
  belongs?: ((record: RecordRow) => boolean) | undefined;
}

export class Sources {
  private readonly sources = new Map<Rows, SourceShape>();
  /** Records made here: their live message is no news. */
  private readonly own = new Set<string>();
  private readonly waiting = new Map<string, LiveChange>();
  private liveTimer: ReturnType<typeof setTimeout> | undefined;
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;
  private refreshedAt = 0;
  private holds = 0;
  private readonly ws: string;
  private readonly entity: string;
  private readonly onChange: () => void;

  constructor(ws: string, entity: string, onChange: () => void) {
    this.ws = ws;
    this.entity = entity;
    this.onChange = onChange;
  }

  /** Rows follow changes until the returned function is called. */
  attach(rows: Rows, shape: SourceShape): () => void {
    this.sources.set(rows, shape);
    return () => this.sources.delete(rows);
  }

  find(id: string): RecordRow | undefined {
    for (const rows of this.sources.keys()) {
      const row = rows.rowOf(id);
      if (row >= 0) return rows.at(row);
    }
    return undefined;
  }

  idsAround(id: string): string[] {
    for (const rows of this.sources.keys()) {
      const row = rows.rowOf(id);
      if (row >= 0) return rows.idsAround(row);
    }
    return [];
  }

  /** Newer states of records, as our own writes answered them. */
  accept(saved: RecordRow[]): void {
    const unknownTitles: string[] = [];
    for (const record of saved) {
      const known = this.find(record.id);
      const merged = known ? keepTitles(known, record) : record;
      if (known && needsTitles(known, merged)) unknownTitles.push(record.id);
      for (const rows of this.sources.keys()) this.place(merged, rows);
    }
    if (unknownTitles.length > 0) void this.reload(unknownTitles).catch(() => {});
  }

  made(records: RecordRow[]): void {
    for (const { id } of records) this.own.add(id);
    this.refreshNow();
  }

  drop(ids: string[]): void {
    const set = new Set(ids);
    for (const rows of this.sources.keys()) rows.drop(set);
  }

  /** While someone types, rows must not move under the cursor. */
  hold(): () => void {
    this.holds += 1;
    let isHeld = true;
    return () => {
      if (isHeld) this.holds -= 1;
      isHeld = false;
    };
  }

  /** A change that the server told of. */
  live(change: LiveChange): void {
    this.waiting.set(change.record, change);
    this.liveTimer ??= setTimeout(() => {
      this.liveTimer = undefined;
      const changes = [...this.waiting.values()];
      this.waiting.clear();
      void this.hear(changes);
    }, LIVE_PAUSE_MS);
  }

  refreshNow(): void {
    clearTimeout(this.refreshTimer);
    this.refreshTimer = undefined;
    this.refreshedAt = Date.now();
    for (const rows of this.sources.keys()) rows.refresh();
    this.onChange();
  }

  /** Soon, but neither too often nor while someone types. */
  refreshSoon(): void {
    if (this.refreshTimer !== undefined) return;
    const pause = Math.max(this.refreshedAt + REFRESH_PAUSE_MS - Date.now(), LIVE_PAUSE_MS);
    this.refreshTimer = setTimeout(() => {
      this.refreshTimer = undefined;
      if (this.holds > 0) this.refreshSoon();
      else this.refreshNow();
    }, pause);
  }

  /** Nobody looks any more. */
  pause(): void {
    clearTimeout(this.liveTimer);
    clearTimeout(this.refreshTimer);
    this.liveTimer = undefined;
    this.refreshTimer = undefined;
    this.waiting.clear();
  }

  private async hear(changes: LiveChange[]): Promise<void> {
    const gone = changes.filter((change) => change.operation === 'delete');
    if (gone.length > 0) this.drop(gone.map((change) => change.record));
    const isNews = ({ record, revision, operation }: LiveChange) => {
      const known = this.find(record);
      return operation !== 'delete' && (!known || revision === null || known.revision < revision);
    };
    const news = changes.filter(isNews);
    const shown = news.filter((change) => this.find(change.record));
    await this.reload(shown.map((change) => change.record)).catch(() => this.refreshSoon());
    if (news.some(({ record }) => !this.find(record) && !this.own.has(record))) this.refreshSoon();
    if (changes.length > 0) this.onChange();
  }

  /** Reads shown records again and puts them in their places. */
  private async reload(ids: string[]): Promise<void> {
    for (const [rows, { fields, expand }] of this.sources) {
      const mine = ids.filter((id) => rows.rowOf(id) >= 0).slice(0, PAGE);
      if (mine.length === 0) continue;
      const filter = { field: 'id', op: 'in' as const, value: mine };
      const query = { filter, fields, expand, limit: PAGE };
      const list = await listRecords(this.ws, this.entity, query);
      for (const record of list.records) this.place(record, rows);
    }
  }

  /** Shows a newer state where the record is, unless it belongs elsewhere now. */
  private place(record: RecordRow, rows: Rows): void {
    const { belongs } = this.sources.get(rows) ?? {};
    if (rows.rowOf(record.id) >= 0 && belongs?.(record) === false) {
      rows.drop(new Set([record.id]));
      this.refreshSoon();
    } else {
      rows.patch(record);
    }
  }
}

/** A write answers links as ids; where the link did not change, its title is still known. */
function keepTitles(known: RecordRow, saved: RecordRow): RecordRow {
  const merged: RecordRow = { ...known, ...saved };
  for (const [name, value] of Object.entries(saved)) {
    const before = known[name];
    if (isObject(before) && before['id'] === value) merged[name] = before;
  }
  return merged;
}

function needsTitles(known: RecordRow, merged: RecordRow): boolean {
  return Object.keys(known).some(
    (name) => isObject(known[name]) && typeof merged[name] === 'string',
  );
}
