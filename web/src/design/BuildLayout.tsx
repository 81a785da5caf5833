/** The build area: its sections as tabs, for those who may build. */
import { NavLink, Outlet } from 'react-router';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { useCan } from '../meta/can';
import { useWs } from '../meta/use_meta';
import { EmptyState } from '../ui/States';
import css from './BuildLayout.module.css';

const TABS = ['entities', 'scripts', 'automations', 'revisions', 'trash'] as const;

export function Component() {
  const ws = useWs();
  const can = useCan();
  if (!can.do('build')) return <EmptyState title={t.build.noAccess} />;
  return (
    <div className={css.layout}>
      <nav className={css.tabs} aria-label={t.build.title}>
        {TABS.map((tab) => (
          <NavLink key={tab} className={css.tab!} to={paths.build(ws, tab)}>
            {t.build.tabs[tab]}
          </NavLink>
        ))}
      </nav>
      <div className={css.page}>
        <Outlet />
      </div>
    </div>
  );
}
