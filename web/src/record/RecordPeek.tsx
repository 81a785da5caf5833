/** A record beside the page that one came from; over it on narrow screens, alone on a phone. */
import { ActionIcon, Skeleton, Tabs, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconMaximize, IconX } from '@tabler/icons-react';
import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { ApiError } from '../api/client';
import type { RecordRow } from '../api/types';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { peekTo } from '../lib/peek';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { entityLabel } from '../meta/label';
import { useMeta, useWs } from '../meta/use_meta';
import { EntityIcon } from '../ui/EntityIcon';
import { ErrorState } from '../ui/States';
import { PHONE } from '../ui/screen';
import { History } from './History';
import { Neighbours } from './Neighbours';
import { RecordBody } from './RecordBody';
import { RecordMenu } from './RecordMenu';
import css from './RecordPeek.module.css';
import { SaveState } from './SaveState';
import { useOpenRecord } from './use_open_record';
import { useRecordDraft } from './use_record_draft';
import { useUndoKey } from './use_undo_key';

interface LoadedProps {
  entity: Entity;
  record: RecordRow;
  close: () => void;
  closeButton: ReactNode;
}

function Loaded({ entity, record, close, closeButton }: LoadedProps) {
  const ws = useWs();
  const location = useLocation();
  const navigate = useNavigate();
  const draft = useRecordDraft(entity, record);
  useUndoKey(draft.undo);
  const go = useCallback(
    (id: string) => void navigate(peekTo(location, entity.name, id), { replace: true }),
    [navigate, location, entity.name],
  );
  return (
    <>
      <header className={css.head}>
        <EntityIcon name={entity.document.icon} />
        <span className={css.kind}>{entityLabel(entity, 'one')}</span>
        <SaveState draft={draft} />
        <Neighbours entity={entity} id={record.id} go={go} />
        <Tooltip label={t.common.openFull}>
          <ActionIcon
            component={Link}
            to={paths.record(ws, entity.name, record.id)}
            aria-label={t.common.openFull}
          >
            <IconMaximize size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
        <RecordMenu entity={entity} record={record} onDeleted={close} />
        {closeButton}
      </header>
      <Tabs
        defaultValue="record"
        classNames={{ root: css.tabs!, panel: css.panel! }}
        keepMounted={false}
      >
        <Tabs.List px="md">
          <Tabs.Tab value="record">{t.record.details}</Tabs.Tab>
          <Tabs.Tab value="history">{t.record.history}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="record">
          <RecordBody entity={entity} record={record} draft={draft} isNarrow />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <History entity={entity} id={record.id} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Opened({ entity, id, close, closeButton }: Omit<LoadedProps, 'record'> & { id: string }) {
  const query = useOpenRecord(entity, id);
  if (query.data) {
    return <Loaded entity={entity} record={query.data} close={close} closeButton={closeButton} />;
  }
  return (
    <>
      <header className={css.head}>
        <span className={css.kind}>{entityLabel(entity, 'one')}</span>
        {closeButton}
      </header>
      <div className={css.panel}>
        {query.error ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <>
            <Skeleton h={28} w="60%" />
            <Skeleton h={30} mt={16} />
            <Skeleton h={220} mt={24} />
          </>
        )}
      </div>
    </>
  );
}

export default function RecordPeek({ entity: name, id }: { entity: string; id: string }) {
  const entity = useMeta().entities.get(name);
  const can = useCan();
  const location = useLocation();
  const navigate = useNavigate();
  const isPhone = useMediaQuery(PHONE) ?? false;
  const sheet = useRef<HTMLElement>(null);
  const close = useCallback(() => void navigate(peekTo(location)), [navigate, location]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (document.querySelector('[aria-modal="true"], [data-combobox-dropdown-open]')) return;
      close();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [close]);
  // On a phone the sheet is all there is: the reader and the keyboard must land in it.
  useEffect(() => {
    if (isPhone) sheet.current?.focus();
  }, [isPhone]);

  const closeButton = (
    <ActionIcon aria-label={t.common.close} onClick={close}>
      <IconX size={18} stroke={1.5} />
    </ActionIcon>
  );
  return (
    <aside
      ref={sheet}
      className={css.peek}
      tabIndex={-1}
      aria-label={entity ? entityLabel(entity, 'one') : name}
    >
      {entity && can('read', name) ? (
        <Opened key={id} entity={entity} id={id} close={close} closeButton={closeButton} />
      ) : (
        <>
          <header className={css.head}>
            <span className={css.kind} />
            {closeButton}
          </header>
          <ErrorState error={new ApiError(404, {})} />
        </>
      )}
    </aside>
  );
}
