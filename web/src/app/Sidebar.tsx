/** Workspace, search, the apps' navigation, and below the build area and oneself. */
import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { IconLayoutSidebar, IconSearch, IconTools } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { NavLink } from 'react-router';
import type { ActionContext } from '../actions/define_action';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { EntityIcon } from '../ui/EntityIcon';
import { Keys } from '../ui/Kbd';
import { NavGroups } from './NavGroups';
import css from './Sidebar.module.css';
import { UserMenu } from './UserMenu';
import { WorkspaceMenu } from './WorkspaceMenu';
import { flatNavigation, toNavigation } from './navigation';
import { useShell } from './shell_store';

function Tip({
  label,
  isFolded,
  children,
}: {
  label: string;
  isFolded: boolean;
  children: ReactNode;
}) {
  return (
    <Tooltip label={label} position="right" disabled={!isFolded}>
      <div>{children}</div>
    </Tooltip>
  );
}

export function Sidebar({ context }: { context: ActionContext }) {
  const { ws, catalogue, can } = context;
  const isFolded = useShell((state) => state.isFolded);
  const groups = useMemo(() => toNavigation(catalogue, can), [catalogue, can]);
  const foldLabel = isFolded ? t.pages.nav.expand : t.pages.nav.collapse;
  return (
    <aside className={css.side} data-folded={isFolded || undefined}>
      <div className={css.head}>
        {!isFolded && <WorkspaceMenu />}
        <Tooltip label={foldLabel} position="right">
          <ActionIcon aria-label={foldLabel} onClick={context.toggleSidebar}>
            <IconLayoutSidebar size={18} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </div>
      <Tip label={t.pages.nav.search} isFolded={isFolded}>
        <UnstyledButton
          className={`${css.item} ${css.search}`}
          aria-label={isFolded ? t.pages.nav.search : undefined}
          onClick={context.openPalette}
        >
          <IconSearch size={16} stroke={1.5} aria-hidden />
          {!isFolded && (
            <>
              <span className={css.text}>{t.pages.nav.search}</span>
              <span aria-hidden>
                <Keys keys="mod+K" />
              </span>
            </>
          )}
        </UnstyledButton>
      </Tip>
      <nav className={css.nav} aria-label={t.pages.nav.main}>
        {isFolded ? (
          flatNavigation(groups)
            .filter((entry) => !entry.view)
            .map((entry) => (
              <Tip key={entry.key} label={entry.label} isFolded>
                <NavLink
                  className={css.item!}
                  to={paths.list(ws, entry.entity.name)}
                  aria-label={entry.label}
                >
                  <EntityIcon name={entry.icon} />
                </NavLink>
              </Tip>
            ))
        ) : (
          <NavGroups groups={groups} ws={ws} />
        )}
      </nav>
      <div className={css.foot}>
        {can.do('build') && (
          <Tip label={t.pages.nav.build} isFolded={isFolded}>
            <NavLink className={css.item!} to={paths.build(ws)} aria-label={t.pages.nav.build}>
              <IconTools size={16} stroke={1.5} aria-hidden />
              {!isFolded && <span className={css.text}>{t.pages.nav.build}</span>}
            </NavLink>
          </Tip>
        )}
        <UserMenu isFolded={isFolded} context={context} />
      </div>
    </aside>
  );
}
