/** Deletes at once and offers to take it back: no question before what undo covers. */
import { useQueryClient } from '@tanstack/react-query';
import { keys } from '../api/queries';
import { records } from '../api/records';
import type { RecordRow } from '../api/types';
import { t } from '../i18n';
import { dropRecent } from '../lib/recent';
import type { Entity } from '../meta/catalogue';
import { titleOf } from '../meta/label';
import { useWs } from '../meta/use_meta';
import { toast } from '../ui/toast';

export function useDeleteRecord(): (entity: Entity, record: RecordRow) => Promise<boolean> {
  const ws = useWs();
  const client = useQueryClient();
  return async (entity, record) => {
    const refresh = () => client.invalidateQueries({ queryKey: keys.entity(ws, entity.name) });
    const restore = () => {
      records
        .restore(ws, entity.name, record.id)
        .then(() => {
          toast.done(t.common.restored);
          return refresh();
        })
        .catch(toast.error);
    };
    try {
      await records.remove(ws, entity.name, record.id, record.revision);
    } catch (error) {
      toast.error(error);
      return false;
    }
    dropRecent(ws, record.id);
    client.removeQueries({ queryKey: keys.record(ws, entity.name, record.id) });
    toast.done(t.record.deleted(titleOf(entity, record) || t.common.untitled), restore);
    void refresh();
    return true;
  };
}
