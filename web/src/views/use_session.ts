/**
 * One session of edits for each entity, told of live changes while it is shown. It outlives the page,
 * so that cells that could not be saved, and what can be undone, are still there on coming back.
 */
import { useEffect, useMemo } from 'react';
import { openLive } from '../api/live';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { useWorkspace } from '../meta/use_meta';
import { Session } from './data/session';

/** By workspace, person and entity; lives as long as the tab. */
const sessions = new Map<string, Session>();

function sessionOf(ws: string, user: string, entity: Entity): Session {
  const key = `${ws}/${user}/${entity.name}`;
  const session = sessions.get(key) ?? new Session({ ws, entity, canWrite: () => false });
  sessions.set(key, session);
  return session;
}

export function useSession(ws: string, entity: Entity): Session {
  const { me } = useWorkspace();
  const can = useCan();
  const session = useMemo(() => sessionOf(ws, me.user.id, entity), [ws, me.user.id, entity]);
  useEffect(() => {
    session.follows(entity, (field) => can.write(entity, field));
  });

  useEffect(() => {
    const close = openLive(ws, (message) => {
      if (message.kind === 'reset') session.refreshSoon();
      if (message.kind === 'change' && message.change.entity === entity.name) {
        session.live(message.change);
      }
    });
    // What was typed and refused lives only in this tab: closing it must be meant.
    const onUnload = (event: BeforeUnloadEvent) => {
      if (session.edits.hasUnsaved) event.preventDefault();
    };
    window.addEventListener('beforeunload', onUnload);
    return () => {
      close();
      session.pause();
      window.removeEventListener('beforeunload', onUnload);
    };
  }, [ws, session, entity.name]);
  return session;
}
