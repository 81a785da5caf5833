/** Records opened lately on this device, newest first. */
import { recall, remember } from './storage';

export interface Recent {
  entity: string;
  id: string;
  title: string;
}
const KEPT = 12;

const key = (ws: string) => `recent:${ws}`;

export function recentRecords(ws: string): Recent[] {
  return recall<Recent[]>(key(ws)) ?? [];
}

export function addRecent(ws: string, recent: Recent): void {
  const others = recentRecords(ws).filter((one) => one.id !== recent.id);
  remember(key(ws), [recent, ...others].slice(0, KEPT));
}

export function dropRecent(ws: string, id: string): void {
  remember(
    key(ws),
    recentRecords(ws).filter((one) => one.id !== id),
  );
}
