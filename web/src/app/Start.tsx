/** `/`: on to the workspace used last, to the only one, or to a choice. */
import { Center, Loader, NavLink, Paper, Stack, Title } from '@mantine/core';
import { Link, Navigate } from 'react-router';
import { useMe } from '../api/queries';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { recall } from '../lib/storage';
import { EmptyState, ErrorState } from '../ui/States';

export function Component() {
  const { data, error, refetch } = useMe();
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <Center h="100%">
        <Loader size="sm" aria-label={t.common.loading} />
      </Center>
    );
  }
  const last = recall<string>('workspace');
  const known = data.workspaces.find((workspace) => workspace.slug === last);
  const only = data.workspaces.length === 1 ? data.workspaces[0] : undefined;
  const target = known ?? only;
  if (target) return <Navigate to={paths.home(target.slug)} replace />;
  if (data.workspaces.length === 0) return <EmptyState title={t.pages.home.none} />;
  return (
    <Center mih="100%" p="md">
      <Paper w={360} p="lg">
        <Stack gap="sm">
          <Title order={1}>{t.pages.home.choose}</Title>
          {data.workspaces.map(({ slug, name }) => (
            <NavLink key={slug} component={Link} to={paths.home(slug)} label={name} />
          ))}
        </Stack>
      </Paper>
    </Center>
  );
}
