/** The table view; on a phone the same records as a list of cards. */
import { useMediaQuery } from '@mantine/hooks';
import { IconTable } from '@tabler/icons-react';
import { t } from '../../i18n';
import { ErrorState } from '../../ui/States';
import { PHONE } from '../../ui/screen';
import { EmptyView } from '../EmptyView';
import { rowsQuery } from '../data/query';
import { useRows } from '../data/use_rows';
import { defineView, type ViewProps } from '../define_view';
import { List } from '../list/List';
import views from '../views.module.css';
import { Grid } from './Grid';
import { GridSkeleton } from './GridSkeleton';

function GridBody(props: ViewProps) {
  const { ws, entity, session, state } = props;
  const isPhone = useMediaQuery(PHONE) ?? false;
  const shown = useRows(ws, session, entity.name, rowsQuery(entity, state));
  const { rows } = shown;
  if (rows.error !== null && rows.count === null) {
    return <ErrorState error={rows.error} onRetry={() => rows.retry()} />;
  }
  if (shown.isFirst) return <GridSkeleton />;
  const progress = shown.isSwitching && <div className={views.progress} aria-hidden />;
  if (rows.count === 0 && !shown.isSwitching) return <EmptyView {...props} />;
  return (
    <>
      {progress}
      {isPhone ? <List {...props} shown={shown} /> : <Grid {...props} shown={shown} />}
    </>
  );
}

export default defineView({
  type: 'grid',
  icon: IconTable,
  label: () => t.views.tabs.grid,
  Body: GridBody,
  hasColumns: true,
  begin: () => ({}),
});
