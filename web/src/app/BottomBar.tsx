/** The phone's navigation: home, search, new, me; one thumb reaches all of it. */
import { Menu, UnstyledButton } from '@mantine/core';
import { IconHome, IconPlus, IconSearch, IconTools, IconUserCircle } from '@tabler/icons-react';
import { Link, NavLink } from 'react-router';
import type { ActionContext } from '../actions/define_action';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { entityLabel } from '../meta/label';
import { EntityIcon } from '../ui/EntityIcon';
import css from './BottomBar.module.css';
import { UserMenuItems } from './UserMenu';
import { flatNavigation, toNavigation } from './navigation';

const ICON = { size: 22, stroke: 1.5, 'aria-hidden': true } as const;

function NewButton({ context }: { context: ActionContext }) {
  const { entity, can, catalogue, openCreate } = context;
  const face = (
    <>
      <IconPlus {...ICON} />
      <span>{t.pages.nav.new}</span>
    </>
  );
  if (entity && can('create', entity.name)) {
    return (
      <UnstyledButton className={css.item} onClick={() => openCreate({ entity: entity.name })}>
        {face}
      </UnstyledButton>
    );
  }
  const entries = flatNavigation(toNavigation(catalogue, can)).filter(
    (entry) => !entry.view && can('create', entry.entity.name),
  );
  return (
    <Menu position="top" width={220}>
      <Menu.Target>
        <UnstyledButton className={css.item}>{face}</UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {entries.map((entry) => (
          <Menu.Item
            key={entry.key}
            leftSection={<EntityIcon name={entry.icon} />}
            onClick={() => openCreate({ entity: entry.entity.name })}
          >
            {entityLabel(entry.entity, 'one')}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function BottomBar({ context }: { context: ActionContext }) {
  const { ws, can } = context;
  return (
    <nav className={css.bar} aria-label={t.pages.nav.main}>
      <NavLink className={css.item!} to={paths.home(ws)} end>
        <IconHome {...ICON} />
        <span>{t.pages.nav.home}</span>
      </NavLink>
      <UnstyledButton className={css.item} onClick={context.openPalette}>
        <IconSearch {...ICON} />
        <span>{t.pages.nav.search}</span>
      </UnstyledButton>
      <NewButton context={context} />
      <Menu position="top-end" width={240}>
        <Menu.Target>
          <UnstyledButton className={css.item}>
            <IconUserCircle {...ICON} />
            <span>{t.pages.nav.me}</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown mah="80dvh" style={{ overflowY: 'auto' }}>
          {can.do('build') && (
            <Menu.Item
              component={Link}
              to={paths.build(ws)}
              leftSection={<IconTools size={16} stroke={1.5} />}
            >
              {t.pages.nav.build}
            </Menu.Item>
          )}
          <UserMenuItems context={context} />
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
