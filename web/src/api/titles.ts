/** Titles of linked records: many cells ask at once, one query per entity answers them. */
import { records } from './records';

type Waiting = { id: string; resolve: (title: string | null) => void };

const BATCH_MAX = 100;
const waiting = new Map<string, Waiting[]>();

async function answer(ws: string, entity: string, titleField: string, batch: Waiting[]) {
  const ids = [...new Set(batch.map((item) => item.id))];
  const titles = new Map<string, string>();
  try {
    const list = await records.list(ws, entity, {
      filter: { field: 'id', op: 'in', value: ids },
      fields: [titleField],
      limit: BATCH_MAX,
    });
    for (const row of list.records) titles.set(row.id, String(row[titleField] ?? ''));
  } catch {
    // Not allowed or not reachable: shown as an unnamed link.
  }
  for (const item of batch) item.resolve(titles.get(item.id) ?? null);
}

/** The title of a record, or null when it may not be read. */
export function loadTitle(
  ws: string,
  entity: string,
  titleField: string,
  id: string,
): Promise<string | null> {
  return new Promise((resolve) => {
    const key = `${ws}/${entity}`;
    const queue = waiting.get(key) ?? [];
    queue.push({ id, resolve });
    if (waiting.has(key)) return;
    waiting.set(key, queue);
    setTimeout(() => {
      waiting.delete(key);
      for (let at = 0; at < queue.length; at += BATCH_MAX) {
        void answer(ws, entity, titleField, queue.slice(at, at + BATCH_MAX));
      }
    }, 10);
  });
}
