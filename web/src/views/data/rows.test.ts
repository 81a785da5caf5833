import { describe, expect, it } from 'vitest';
import type { RecordList } from '../../api/types';
import { Rows, WINDOWS_KEPT_MAX, WINDOW_SIZE, type PageRequest } from './rows';

/** A server of `total` records named by their number; answers wait until they are released. */
function server(total: number) {
  const asked: PageRequest[] = [];
  const waiting: (() => void)[] = [];
  let failing = false;
  let size = total;
  const fetchPage = (request: PageRequest, signal: AbortSignal) =>
    new Promise<RecordList>((resolve, reject) => {
      asked.push(request);
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      waiting.push(() => {
        if (failing) return reject(new Error('down'));
        const start = request.cursor ? Number(request.cursor) : (request.offset ?? 0);
        const end = Math.min(start + request.limit, size);
        const ids = Array.from({ length: Math.max(end - start, 0) }, (_, i) => String(start + i));
        resolve({
          records: ids.map((id) => ({ id, revision: 1 })),
          next_cursor: end < size ? String(end) : null,
          count: request.count ? size : null,
        });
      });
    });
  const settle = async () => {
    while (waiting.length > 0) {
      waiting.shift()?.();
      for (let i = 0; i < 5; i++) await Promise.resolve();
    }
  };
  return {
    asked,
    settle,
    rows: new Rows(fetchPage),
    fail: (on: boolean) => (failing = on),
    resize: (next: number) => (size = next),
  };
}

describe('scrolling', () => {
  it('asks for the count once and continues by cursor', async () => {
    const { rows, asked, settle } = server(1_000);
    rows.want(0, 30);
    await settle();
    expect(rows.count).toBe(1_000);
    expect(asked[0]).toEqual({ limit: WINDOW_SIZE, count: true });
    expect(asked[1]).toEqual({ limit: WINDOW_SIZE, count: false, cursor: '200' });
    expect(rows.at(250)?.id).toBe('250');
  });
  it('jumps by offset', async () => {
    const { rows, asked, settle } = server(100_000);
    rows.want(0, 30);
    await settle();
    rows.want(70_000, 70_030);
    await settle();
    expect(asked.some((request) => request.offset === 70_000)).toBe(true);
    expect(rows.at(70_010)?.id).toBe('70010');
  });
  it('gives up requests for places that were passed', async () => {
    const { rows, asked, settle } = server(100_000);
    rows.want(0, 30);
    await settle();
    const before = asked.length;
    for (let row = 10_000; row < 90_000; row += 10_000) rows.want(row, row + 30);
    await settle();
    expect(rows.at(80_010)?.id).toBe('80010');
    expect(rows.at(20_010)).toBeUndefined();
    expect(asked.length - before).toBeLessThan(14);
  });
  it('keeps the nearest windows and forgets the others', async () => {
    const { rows, settle } = server(100_000);
    for (let row = 0; row < 30 * WINDOW_SIZE; row += WINDOW_SIZE) {
      rows.want(row, row + 30);
      await settle();
    }
    const kept = Array.from({ length: 500 }, (_, i) => rows.at(i * WINDOW_SIZE)).filter(Boolean);
    expect(kept.length).toBe(WINDOWS_KEPT_MAX);
    expect(rows.at(0)).toBeUndefined();
  });
  it('asks nothing behind the last row', async () => {
    const { rows, asked, settle } = server(50);
    rows.want(0, 30);
    await settle();
    expect(asked).toHaveLength(1);
  });
  it('an empty answer is a count of zero', async () => {
    const { rows, settle } = server(0);
    rows.want(0, 30);
    await settle();
    expect(rows.count).toBe(0);
  });
});

describe('changes', () => {
  it('a refresh keeps old rows until the new ones are there', async () => {
    const { rows, settle, resize } = server(300);
    rows.want(0, 30);
    await settle();
    resize(310);
    rows.refresh();
    expect(rows.at(5)?.id).toBe('5');
    await settle();
    expect(rows.count).toBe(310);
  });
  it('a patched record is a new object in the same place', async () => {
    const { rows, settle } = server(300);
    rows.want(0, 30);
    await settle();
    const version = rows.version;
    rows.patch({ id: '7', revision: 2, name: 'new' });
    expect(rows.at(7)).toEqual({ id: '7', revision: 2, name: 'new' });
    expect(rows.version).toBeGreaterThan(version);
    expect(rows.rowOf('7')).toBe(7);
    expect(rows.rowOf('unknown')).toBe(-1);
  });
  it('dropped records leave at once', async () => {
    const { rows, settle } = server(100);
    rows.want(0, 30);
    await settle();
    rows.drop(new Set(['0', '1']));
    expect(rows.count).toBe(98);
    expect(rows.at(0)?.id).toBe('2');
  });
  it('loading a range brings all of it, for copying', async () => {
    const { rows, settle } = server(1_000);
    const loading = rows.load(150, 450);
    for (let i = 0; i < 10; i++) await settle();
    const loaded = await loading;
    expect(loaded).toHaveLength(300);
    expect(loaded.at(-1)?.id).toBe('449');
  });
});

it('after a failure nothing is asked until someone retries', async () => {
  const { rows, asked, settle, fail } = server(100);
  fail(true);
  rows.want(0, 30);
  await settle();
  expect(rows.error).toBeInstanceOf(Error);
  rows.want(0, 40);
  expect(asked).toHaveLength(1);
  fail(false);
  rows.retry();
  await settle();
  expect(rows.count).toBe(100);
});
