/** Turns live messages into fresh queries; bursts are gathered so that lists are read once. */
import type { QueryClient } from '@tanstack/react-query';
import { type LiveMessage, openLive } from '../api/live';
import { keys } from '../api/queries';
import { debounce } from '../lib/debounce';

const GATHER_MS = 250;

export function listenToChanges(ws: string, client: QueryClient): () => void {
  const entities = new Set<string>();
  const flush = debounce(() => {
    for (const entity of entities) {
      void client.invalidateQueries({ queryKey: keys.entity(ws, entity) });
    }
    entities.clear();
  }, GATHER_MS);

  const onMessage = (message: LiveMessage) => {
    if (message.kind === 'change') {
      entities.add(message.change.entity);
      flush();
    } else if (message.kind === 'catalogue') {
      void client.invalidateQueries({ queryKey: keys.meta(ws) });
      void client.invalidateQueries({ queryKey: keys.workspaceMe(ws) });
      void client.invalidateQueries({ queryKey: keys.revisions(ws) });
      void client.invalidateQueries({ queryKey: keys.trash(ws) });
    } else {
      void client.invalidateQueries({ queryKey: keys.workspace(ws) });
    }
  };
  const close = openLive(ws, onMessage);
  return () => {
    flush.cancel();
    close();
  };
}
