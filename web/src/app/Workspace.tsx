/** Loads who asks and what was built, listens to live changes, and draws the shell around a page. */
import { Center, Loader } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useParams } from 'react-router';
import { useMetaQuery, useWorkspaceMeQuery } from '../api/queries';
import { loadPickersWhenIdle } from '../fields/parts/pickers';
import { language, setTimeZone, t } from '../i18n';
import { remember } from '../lib/storage';
import { toCatalogue } from '../meta/catalogue';
import { type WorkspaceContext, WorkspaceProvider } from '../meta/use_meta';
import { ErrorState } from '../ui/States';
import { Shell } from './Shell';
import { useLanguage } from './language';
import { listenToChanges } from './live_updates';

export function Workspace() {
  const { ws = '' } = useParams();
  const me = useWorkspaceMeQuery(ws);
  const meta = useMetaQuery(ws);
  const client = useQueryClient();
  const switchTo = useLanguage((state) => state.switchTo);
  const isReady = me.data !== undefined && meta.data !== undefined;

  const context = useMemo<WorkspaceContext | null>(() => {
    if (!me.data || !meta.data) return null;
    setTimeZone(me.data.workspace.time_zone || 'UTC');
    return { ws, me: me.data, catalogue: toCatalogue(meta.data) };
  }, [ws, me.data, meta.data]);

  useEffect(() => {
    if (!isReady) return;
    remember('workspace', ws);
    loadPickersWhenIdle();
    return listenToChanges(ws, client);
  }, [ws, client, isReady]);

  const wish = me.data?.user.locale;
  useEffect(() => {
    if (wish && wish !== language) void switchTo(wish);
  }, [wish, switchTo]);

  const error = me.error ?? meta.error;
  if (!context && error) {
    return (
      <ErrorState error={error} onRetry={() => void Promise.all([me.refetch(), meta.refetch()])} />
    );
  }
  if (!context) {
    return (
      <Center h="100%">
        <Loader size="sm" aria-label={t.common.loading} />
      </Center>
    );
  }
  return (
    <WorkspaceProvider value={context}>
      <Shell />
    </WorkspaceProvider>
  );
}
