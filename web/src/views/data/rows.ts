/**
 * The rows of one query, as far as they were seen: windows of 200, the nearest 20 kept. A window is
 * fetched by the cursor of the one before it where that is known (as fast as the first page), else by
 * offset (a jump). Knows nothing of React; `use_rows.ts` binds it.
 */
import type { RecordList, RecordRow } from '../../api/types';

export const WINDOW_SIZE = 200;
export const WINDOWS_KEPT_MAX = 20;
/** Requests under way at one time; a dragged scrollbar must not queue up dozens. */
const REQUESTS_MAX = 2;

/** Where a page begins: at an offset, or where a cursor points. */
export interface PageRequest {
  limit: number;
  offset?: number;
  cursor?: string;
  count: boolean;
}
export type FetchPage = (request: PageRequest, signal: AbortSignal) => Promise<RecordList>;

interface Window {
  rows: RecordRow[];
  next: string | null;
  /** Fetched before the last refresh: shown until its successor arrives. */
  isStale: boolean;
}

export class Rows {
  /** All records that the query finds; null until the first answer. */
  count: number | null = null;
  /** Why the last request failed; null after a success. */
  error: unknown = null;
  /** Rises with every change, for subscribers that compare. */
  version = 0;

  private readonly windows = new Map<number, Window>();
  private readonly pending = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();
  private wanted: [first: number, last: number] = [0, 0];
  private isClosed = false;

  private readonly fetchPage: FetchPage;

  constructor(fetchPage: FetchPage) {
    this.fetchPage = fetchPage;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getVersion = (): number => this.version;

  /** The record at a row, or undefined while it is not loaded. */
  at(row: number): RecordRow | undefined {
    return this.windows.get(Math.floor(row / WINDOW_SIZE))?.rows[row % WINDOW_SIZE];
  }

  /** Row number of a loaded record, or -1. */
  rowOf(id: string): number {
    for (const [index, { rows }] of this.windows) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return index * WINDOW_SIZE + at;
    }
    return -1;
  }

  /** Ids of the loaded rows on both sides of a row, without gaps. */
  idsAround(row: number): string[] {
    let first = row;
    while (this.at(first - 1)) first -= 1;
    const ids: string[] = [];
    for (let at = first; ; at += 1) {
      const record = this.at(at);
      if (!record) return ids;
      ids.push(record.id);
    }
  }

  get isLoading(): boolean {
    return this.pending.size > 0;
  }

  /** Says which rows are on screen (`last` exclusive); missing windows are fetched. */
  want(first: number, last: number): void {
    const end = Math.max(Math.ceil(last / WINDOW_SIZE), Math.floor(first / WINDOW_SIZE) + 1);
    this.wanted = [Math.floor(first / WINDOW_SIZE), end];
    this.pump();
  }

  /** The rows that were last said to be on screen, in whole windows. */
  get onScreen(): [first: number, last: number] {
    return [this.wanted[0] * WINDOW_SIZE, this.wanted[1] * WINDOW_SIZE];
  }

  /** Fetches what is on screen anew; old rows stay until the new ones are there. */
  refresh(): void {
    for (const window of this.windows.values()) window.isStale = true;
    for (const request of this.pending.values()) request.abort();
    this.pending.clear();
    this.pump();
  }

  /** After a failure. */
  retry(): void {
    this.error = null;
    this.pump();
  }

  /** Resolves with the rows `first` to `last` (exclusive), loading what is missing. */
  async load(first: number, last: number, signal?: AbortSignal): Promise<RecordRow[]> {
    const result: RecordRow[] = [];
    for (let index = Math.floor(first / WINDOW_SIZE); index * WINDOW_SIZE < last; index++) {
      const window = this.windows.get(index) ?? (await this.fetchWindow(index, signal));
      const from = Math.max(first - index * WINDOW_SIZE, 0);
      result.push(...window.rows.slice(from, last - index * WINDOW_SIZE));
    }
    return result;
  }

  /** Puts a newer state of a record in its place; unknown records are ignored. */
  patch(record: RecordRow): void {
    for (const window of this.windows.values()) {
      const at = window.rows.findIndex((row) => row.id === record.id);
      if (at < 0) continue;
      window.rows = window.rows.with(at, record);
      this.changed();
      return;
    }
  }

  /** Takes deleted records out at once; the windows behind are refreshed. */
  drop(ids: ReadonlySet<string>): void {
    let dropped = 0;
    for (const window of this.windows.values()) {
      const rows = window.rows.filter((row) => !ids.has(row.id));
      dropped += window.rows.length - rows.length;
      window.rows = rows;
    }
    if (dropped === 0) return;
    if (this.count !== null) this.count -= dropped;
    this.refresh();
    this.changed();
  }

  /** Takes a record out of its place, ahead of the server: it is moved elsewhere. */
  take(id: string): void {
    for (const window of this.windows.values()) {
      const rows = window.rows.filter((row) => row.id !== id);
      if (rows.length === window.rows.length) continue;
      window.rows = rows;
      if (this.count !== null) this.count -= 1;
      this.changed();
      return;
    }
  }

  /** Puts a record first, ahead of the server; a refresh gives it its place. */
  put(record: RecordRow): void {
    const window = this.windows.get(0);
    if (!window) return;
    window.rows = [record, ...window.rows];
    if (this.count !== null) this.count += 1;
    this.changed();
  }

  close(): void {
    this.isClosed = true;
    for (const request of this.pending.values()) request.abort();
    this.listeners.clear();
  }

  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }

  private needs(index: number): boolean {
    const window = this.windows.get(index);
    const isPast = this.count !== null && index > 0 && index * WINDOW_SIZE >= this.count;
    return (!window || window.isStale) && !this.pending.has(index) && !isPast;
  }

  /** Starts the next requests: what is on screen first, then its neighbours. */
  private pump(): void {
    if (this.isClosed || this.error !== null) return;
    const [first, end] = this.wanted;
    for (const [index, request] of this.pending) {
      if (index < first - 1 || index > end) {
        request.abort();
        this.pending.delete(index);
      }
    }
    const order = Array.from({ length: end - first }, (_, i) => first + i);
    for (const index of [...order, end, first - 1]) {
      if (this.pending.size >= REQUESTS_MAX) return;
      if (index >= 0 && this.needs(index) && this.isWorthIt(index)) void this.start(index);
    }
  }

  /** Neighbours are fetched only when the screen itself is complete, and never before the first answer. */
  private isWorthIt(index: number): boolean {
    const [first, end] = this.wanted;
    if (index >= first && index < end) return index === first || this.count !== null;
    return this.count !== null && this.pending.size === 0;
  }

  private async start(index: number): Promise<void> {
    const request = new AbortController();
    this.pending.set(index, request);
    try {
      await this.fetchWindow(index, request.signal);
    } catch (error) {
      if (request.signal.aborted || this.isClosed) return;
      this.pending.delete(index);
      this.error = error;
      this.changed();
      return;
    }
    if (this.pending.get(index) === request) this.pending.delete(index);
    this.pump();
  }

  private async fetchWindow(index: number, signal?: AbortSignal): Promise<Window> {
    const before = this.windows.get(index - 1);
    const cursor = before && !before.isStale ? before.next : null;
    const place = index === 0 ? {} : cursor ? { cursor } : { offset: index * WINDOW_SIZE };
    const mustCount = this.count === null || index === 0;
    const page = await this.fetchPage(
      {
        limit: WINDOW_SIZE,
        count: mustCount || this.windows.get(index)?.isStale === true,
        ...place,
      },
      signal ?? new AbortController().signal,
    );
    signal?.throwIfAborted();
    const window = { rows: page.records, next: page.next_cursor, isStale: false };
    this.windows.set(index, window);
    this.learnCount(index, page);
    this.forgetFar(index);
    this.changed();
    return window;
  }

  private learnCount(index: number, page: RecordList): void {
    if (page.count !== null && page.count !== undefined) this.count = page.count;
    // A short page is the last one, whatever was counted before.
    else if (page.next_cursor === null && page.records.length > 0) {
      this.count = index * WINDOW_SIZE + page.records.length;
    }
    for (const known of this.windows.keys()) {
      if (this.count !== null && known > 0 && known * WINDOW_SIZE >= this.count) {
        this.windows.delete(known);
      }
    }
  }

  private forgetFar(near: number): void {
    const far = [...this.windows.keys()].toSorted(
      (a, b) => Math.abs(b - near) - Math.abs(a - near),
    );
    for (const index of far.slice(0, Math.max(this.windows.size - WINDOWS_KEPT_MAX, 0))) {
      this.windows.delete(index);
    }
  }
}
