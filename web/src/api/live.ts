/**
 * Live changes with one connection per browser: the tab that holds the lock reads the stream and
 * tells the other tabs. `fetch` instead of `EventSource`, because a new leader must be able to say
 * where the old one stopped (`Last-Event-ID`).
 */
import { apiUrl } from './client';
import { sseReader } from './sse';
import type { LiveChange } from './types';

export type LiveMessage =
  | { kind: 'change'; change: LiveChange }
  | { kind: 'catalogue'; revision: number }
  /** Changes may have been missed: everything shown must be read again. */
  | { kind: 'reset' };

const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 30_000;

interface Seen {
  id: string | undefined;
}

function toMessage(event: string, data: string): LiveMessage | null {
  if (event === 'reset') return { kind: 'reset' };
  try {
    const body = JSON.parse(data) as LiveChange & { revision: number };
    if (event === 'change') return { kind: 'change', change: body };
    if (event === 'catalogue') return { kind: 'catalogue', revision: body.revision };
  } catch {
    // A newer server may send what this version does not know.
  }
  return null;
}

/** Reads the stream once; returns whether it was open at all. */
async function readStream(
  ws: string,
  seen: Seen,
  signal: AbortSignal,
  tell: (message: LiveMessage, id: string | undefined) => void,
): Promise<boolean> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (seen.id) headers['Last-Event-ID'] = seen.id;
  const url = apiUrl(`/w/${encodeURIComponent(ws)}/events`);
  const response = await fetch(url, { headers, signal, credentials: 'same-origin' });
  if (!response.ok || !response.body) return false;
  const feed = sseReader(({ event, data, id }) => {
    const message = toMessage(event, data);
    if (message) tell(message, id);
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    feed(value);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Keeps a stream open until `signal` ends it, waiting longer after each failure. */
async function lead(
  ws: string,
  seen: Seen,
  signal: AbortSignal,
  tell: (message: LiveMessage, id: string | undefined) => void,
): Promise<void> {
  let wait = PAUSE_MS_MIN;
  while (!signal.aborted) {
    const wasOpen = await readStream(ws, seen, signal, tell).catch(() => false);
    wait = wasOpen ? PAUSE_MS_MIN : Math.min(wait * 2, PAUSE_MS_MAX);
    await pause(wait, signal);
  }
}

/** Listens to a workspace until the returned function is called. */
export function openLive(ws: string, onMessage: (message: LiveMessage) => void): () => void {
  const stop = new AbortController();
  const channel = new BroadcastChannel(`tessera:live:${ws}`);
  const seen: Seen = { id: undefined };
  const receive = (message: LiveMessage, id: string | undefined) => {
    if (id) seen.id = id;
    onMessage(message);
  };
  channel.addEventListener('message', (event: MessageEvent<{ m: LiveMessage; id?: string }>) =>
    receive(event.data.m, event.data.id),
  );
  const tell = (m: LiveMessage, id: string | undefined) => {
    channel.postMessage({ m, id });
    receive(m, id);
  };
  // Web Locks exist only in secure contexts; elsewhere each tab reads for itself.
  const leading = navigator.locks
    ? navigator.locks.request(`tessera:live:${ws}`, { signal: stop.signal }, () =>
        lead(ws, seen, stop.signal, tell),
      )
    : lead(ws, seen, stop.signal, tell);
  leading.catch(() => {});
  return () => {
    stop.abort();
    channel.close();
  };
}
