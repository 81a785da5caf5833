/** Reverting a revision: what that does, then does it. */
import { documents as api } from '../../api/documents';
import { t } from '../../i18n';
import { useWs } from '../../meta/use_meta';
import { ChangesetDialog } from './ChangesetDialog';

export function RevertDialog(props: { revision: number; title: string; onClose: () => void }) {
  const ws = useWs();
  return (
    <ChangesetDialog
      title={props.title}
      button={t.build.revisions.revert}
      preview={() => api.revert(ws, props.revision, true)}
      publish={() => api.revert(ws, props.revision)}
      onDone={props.onClose}
      onClose={props.onClose}
    />
  );
}
