/** A quiet word on whether everything entered has reached the server. */
import { Button } from '@mantine/core';
import { IconCloudCheck, IconCloudUp } from '@tabler/icons-react';
import { t } from '../i18n';
import css from './SaveState.module.css';
import type { RecordDraft } from './use_record_draft';

export function SaveState({ draft }: { draft: RecordDraft }) {
  const { state } = draft;
  const isOpen = state === 'dirty' || state === 'refused';
  return (
    <span className={css.state} role="status">
      {state === 'saving' && (
        <>
          <IconCloudUp size={16} stroke={1.5} aria-hidden /> {t.common.saving}
        </>
      )}
      {state === 'saved' && (
        <>
          <IconCloudCheck size={16} stroke={1.5} aria-hidden /> {t.common.saved}
        </>
      )}
      {isOpen && (
        <>
          <span className={css.open}>{t.common.unsaved}</span>
          <Button variant="subtle" color="gray" size="compact-xs" onClick={draft.discard}>
            {t.record.discard}
          </Button>
          <Button variant="light" size="compact-xs" onClick={draft.save}>
            {t.common.save}
          </Button>
        </>
      )}
    </span>
  );
}
