/** One session of edits for the entity on screen, told of live changes while it is shown. */
import { useEffect, useState } from 'react';
import { openLive } from '../api/live';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { Session } from './data/session';
import { useEvent } from './grid/use_event';

export function useSession(ws: string, entity: Entity): Session {
  const can = useCan();
  const canWrite = useEvent((field: string) => can.write(entity, field));
  const [session] = useState(() => new Session({ ws, entity, canWrite }));
  session.follows(entity);

  useEffect(() => {
    const close = openLive(ws, (message) => {
      if (message.kind === 'reset') session.refreshSoon();
      if (message.kind === 'change' && message.change.entity === entity.name) {
        session.live(message.change);
      }
    });
    return () => {
      close();
      session.pause();
    };
  }, [ws, session, entity.name]);
  return session;
}
