/** A record on a page of its own, its history at the side. */
import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft } from '@tabler/icons-react';
import { useCallback } from 'react';
import { Link, useLocation, useNavigate, useParams } from 'react-router';
import type { RecordRow } from '../api/types';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { entityLabel } from '../meta/label';
import { useMeta, useWs } from '../meta/use_meta';
import { EntityIcon } from '../ui/EntityIcon';
import { PageHeader } from '../ui/PageHeader';
import { ErrorState } from '../ui/States';
import { PHONE } from '../ui/screen';
import { ApiError } from '../api/client';
import { History } from './History';
import { Neighbours } from './Neighbours';
import { RecordBody } from './RecordBody';
import { RecordMenu } from './RecordMenu';
import css from './RecordPage.module.css';
import { SaveState } from './SaveState';
import { useOpenRecord } from './use_open_record';
import { useRecordDraft } from './use_record_draft';
import { useUndoKey } from './use_undo_key';

function Loaded({ entity, record, view }: { entity: Entity; record: RecordRow; view?: string }) {
  const ws = useWs();
  const navigate = useNavigate();
  const { search } = useLocation();
  const isPhone = useMediaQuery(PHONE) ?? false;
  const draft = useRecordDraft(entity, record);
  useUndoKey(draft.undo);
  const list = paths.list(ws, entity.name, view);
  const go = useCallback(
    (id: string) => void navigate(paths.record(ws, entity.name, id, view) + search),
    [navigate, ws, entity.name, view, search],
  );
  return (
    <div className={css.page}>
      <PageHeader
        title={
          <Link className={css.back} to={list}>
            <IconArrowLeft size={16} stroke={1.5} aria-hidden />
            <EntityIcon name={entity.document.icon} />
            {entityLabel(entity)}
          </Link>
        }
        actions={
          <>
            <SaveState draft={draft} />
            <Neighbours entity={entity} id={record.id} go={go} />
            <RecordMenu entity={entity} record={record} onDeleted={() => void navigate(list)} />
          </>
        }
      />
      <div className={css.columns}>
        <div className={css.main}>
          <RecordBody entity={entity} record={record} draft={draft} isNarrow={isPhone} />
        </div>
        <aside className={css.side} aria-label={t.record.history}>
          <h2 className={css.sideTitle}>{t.record.history}</h2>
          <History entity={entity} id={record.id} />
        </aside>
      </div>
    </div>
  );
}

export function Component() {
  const { entity: name = '', id = '', view } = useParams();
  const entity = useMeta().entities.get(name);
  const can = useCan();
  if (!entity || !can('read', name)) return <ErrorState error={new ApiError(404, {})} />;
  return <Opened key={id} entity={entity} id={id} {...(view ? { view } : {})} />;
}

function Opened({ entity, id, view }: { entity: Entity; id: string; view?: string }) {
  const query = useOpenRecord(entity, id);
  if (query.data) return <Loaded entity={entity} record={query.data} view={view} />;
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className={css.page}>
      <div className={css.main}>
        <Skeleton h={32} w="50%" mt={56} />
        <Skeleton h={30} mt={16} />
        <Skeleton h={220} mt={32} />
      </div>
    </div>
  );
}
