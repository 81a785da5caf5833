/** Loads a record with its links expanded, and remembers that it was opened. */
import { useEffect } from 'react';
import { useRecord } from '../api/queries';
import { addRecent } from '../lib/recent';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { titleOf } from '../meta/label';
import { useWorkspace } from '../meta/use_meta';

export function useOpenRecord(entity: Entity, id: string) {
  const { ws, me } = useWorkspace();
  const can = useCan();
  const rights = me.entities[entity.name]?.fields ?? {};
  const links = entity.fields
    .filter((field) => field.type === 'link' && rights[field.name] !== undefined)
    .filter((field) => can('read', field.settings?.to ?? ''))
    .map((field) => field.name);
  const query = useRecord(ws, entity.name, id, links);
  const title = query.data ? titleOf(entity, query.data) : undefined;
  useEffect(() => {
    if (title !== undefined) addRecent(ws, { entity: entity.name, id, title });
  }, [ws, entity.name, id, title]);
  return query;
}
