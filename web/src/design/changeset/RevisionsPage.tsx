/** Every published revision, with its steps; each can be reverted as a new one. */
import { Button, Skeleton, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { documents as api } from '../../api/documents';
import { keys } from '../../api/queries';
import type { RevisionEntry } from '../../api/types';
import { language, t } from '../../i18n';
import { showAgo } from '../../lib/dates';
import { useWorkspace } from '../../meta/use_meta';
import { Page } from '../../ui/Page';
import { PageHeader } from '../../ui/PageHeader';
import { EmptyState, ErrorState } from '../../ui/States';
import css from '../design.module.css';
import { RevertDialog } from './RevertDialog';
import own from './RevisionsPage.module.css';
import { StepList } from './StepList';

interface RevisionProps {
  entry: RevisionEntry;
  isCurrent: boolean;
  onRevert: () => void;
}

function Revision({ entry, isCurrent, onRevert }: RevisionProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li className={own.entry}>
      <span className={own.number}>{entry.number}</span>
      <div className={own.body}>
        <div className={own.summary}>
          {entry.summary}
          {isCurrent && <span className={css.badge}>{t.build.revisions.current}</span>}
        </div>
        <div className={css.faint}>
          {t.build.revisions.by(entry.actor.name)} · {showAgo(entry.time, language)}
          {entry.steps.length > 0 && (
            <>
              {' · '}
              <UnstyledButton
                className={own.steps}
                aria-expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
              >
                {t.build.revisions.steps(entry.steps.length)}
              </UnstyledButton>
            </>
          )}
        </div>
        {isOpen && <StepList steps={entry.steps} />}
      </div>
      <Button variant="subtle" color="gray" onClick={onRevert}>
        {t.build.revisions.revert}
      </Button>
    </li>
  );
}

export function Component() {
  const { ws, catalogue } = useWorkspace();
  const [reverting, setReverting] = useState<number | null>(null);
  const query = useInfiniteQuery({
    queryKey: keys.revisions(ws),
    queryFn: ({ pageParam }) => api.revisions(ws, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ revisions }) => {
      const last = revisions.at(-1);
      return last && last.number > 1 ? last.number : undefined;
    },
  });
  const entries = query.data?.pages.flatMap((page) => page.revisions) ?? [];
  return (
    <Page header={<PageHeader title={t.build.tabs.revisions} />} width="wide">
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton h={120} />}
      {query.data && entries.length === 0 && <EmptyState title={t.build.revisions.empty} />}
      <ol className={own.list}>
        {entries.map((entry) => (
          <Revision
            key={entry.number}
            entry={entry}
            isCurrent={entry.number === catalogue.revision}
            onRevert={() => setReverting(entry.number)}
          />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button
          variant="subtle"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t.common.loadMore}
        </Button>
      )}
      {reverting !== null && (
        <RevertDialog
          revision={reverting}
          title={t.build.revisions.revertTitle(reverting)}
          onClose={() => setReverting(null)}
        />
      )}
    </Page>
  );
}
