/** Turning an automation on or off: a changeset of one property, so it is published at once. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { documents as api } from '../../api/documents';
import { keys } from '../../api/queries';
import type { AutomationDocument } from '../../api/types';
import { t } from '../../i18n';
import { useWorkspace } from '../../meta/use_meta';
import { toast } from '../../ui/toast';

export function useAutomationSwitch(automation: AutomationDocument) {
  const { ws, catalogue } = useWorkspace();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const turn = async (enabled: boolean) => {
    setBusy(true);
    try {
      await api.publish(ws, {
        base_revision: catalogue.revision,
        operations: [{ op: 'put', kind: 'automation', document: { ...automation, enabled } }],
      });
      toast.done(enabled ? t.build.automations.turnedOn : t.build.automations.turnedOff);
    } catch (error) {
      toast.error(error);
    } finally {
      await client.invalidateQueries({ queryKey: keys.meta(ws) });
      setBusy(false);
    }
  };
  return { isBusy, turn };
}
