/** What was removed and can still come back, with its data. */
import { Button, Skeleton } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type TrashEntry, documents as api } from '../../api/documents';
import { keys } from '../../api/queries';
import { label, language, t, timeZone } from '../../i18n';
import { showAgo, showDate, toWall } from '../../lib/dates';
import { entityLabel } from '../../meta/label';
import { useWorkspace } from '../../meta/use_meta';
import { Page } from '../../ui/Page';
import { PageHeader } from '../../ui/PageHeader';
import { EmptyState, ErrorState } from '../../ui/States';
import css from '../design.module.css';
import { RevertDialog } from './RevertDialog';

function Row({ item, onRestore }: { item: TrashEntry; onRestore: () => void }) {
  const { catalogue } = useWorkspace();
  const kinds = t.build.kinds as Record<string, string>;
  const owner = [...catalogue.entities.values()].find((one) => one.document.id === item.entity);
  return (
    <tr>
      <th scope="row">
        {label(item.label, item.name)}{' '}
        <span className={css.faint}>
          {kinds[item.kind] ?? item.kind}
          {owner && item.kind === 'field' ? ` · ${entityLabel(owner)}` : ''}
        </span>
      </th>
      <td className={css.quiet}>{showAgo(item.removed_at, language)}</td>
      <td className={`${css.quiet} ${css.phoneHidden}`}>{item.revision}</td>
      <td className={`${css.quiet} ${css.phoneHidden}`}>
        {item.purge_at && showDate(toWall(item.purge_at, timeZone).slice(0, 10), language)}
      </td>
      <td style={{ textAlign: 'end' }}>
        <Button variant="subtle" size="compact-sm" onClick={onRestore}>
          {t.build.trash.restore}
        </Button>
      </td>
    </tr>
  );
}

export function Component() {
  const { ws } = useWorkspace();
  const [revision, setRevision] = useState<number | null>(null);
  const query = useQuery({ queryKey: keys.trash(ws), queryFn: () => api.trash(ws) });
  const items = query.data?.items ?? [];
  return (
    <Page header={<PageHeader title={t.build.tabs.trash} />} width="wide">
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton h={120} />}
      {query.data && items.length === 0 && (
        <EmptyState
          icon={<IconTrash size={32} stroke={1.25} aria-hidden />}
          title={t.build.trash.empty}
        />
      )}
      {items.length > 0 && (
        <>
          <p className={css.intro}>{t.build.trash.intro}</p>
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th scope="col">{t.build.trash.what}</th>
                  <th scope="col">{t.build.trash.removed}</th>
                  <th scope="col" className={css.phoneHidden}>
                    {t.build.trash.in}
                  </th>
                  <th scope="col" className={css.phoneHidden}>
                    {t.build.trash.purge}
                  </th>
                  <td aria-hidden />
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <Row key={item.id} item={item} onRestore={() => setRevision(item.revision)} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {revision !== null && (
        <RevertDialog
          revision={revision}
          title={t.build.trash.restoreTitle(revision)}
          onClose={() => setRevision(null)}
        />
      )}
    </Page>
  );
}
