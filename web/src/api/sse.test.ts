import { expect, it } from 'vitest';
import { type ServerEvent, sseReader } from './sse';

const TEXT =
  ': hello\n\nid: 7\nevent: change\ndata: {"a":1}\n\nid: 8\r\ndata: x\r\ndata: y\r\n\r\n';
const EVENTS: ServerEvent[] = [
  { event: 'change', data: '{"a":1}', id: '7' },
  { event: 'message', data: 'x\ny', id: '8' },
];

it('events survive every way of cutting the stream', () => {
  for (let size = 1; size <= TEXT.length; size += 1) {
    const seen: ServerEvent[] = [];
    const feed = sseReader((event) => seen.push(event));
    for (let at = 0; at < TEXT.length; at += size) feed(TEXT.slice(at, at + size));
    expect(seen).toEqual(EVENTS);
  }
});
