/** The workspace's name; a menu where one has several. */
import { Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMe } from '../api/queries';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { useWorkspace } from '../meta/use_meta';
import css from './Sidebar.module.css';

export function WorkspaceMenu() {
  const { ws, me } = useWorkspace();
  const account = useMe();
  const workspaces = account.data?.workspaces ?? [];
  const name = me.workspace.name;
  const face = (
    <>
      <span className={css.mark} aria-hidden>
        {[...name][0]}
      </span>
      <span className={css.text}>{name}</span>
    </>
  );
  if (workspaces.length < 2) {
    return (
      <Link
        className={css.workspace}
        to={paths.home(ws)}
        style={{ color: 'inherit', textDecoration: 'none' }}
      >
        {face}
      </Link>
    );
  }
  return (
    <Menu position="bottom-start" width={224}>
      <Menu.Target>
        <UnstyledButton className={css.workspace} aria-label={`${t.pages.nav.workspaces}: ${name}`}>
          {face}
          <IconSelector size={14} stroke={1.5} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.pages.nav.workspaces}</Menu.Label>
        {workspaces.map((workspace) => (
          <Menu.Item
            key={workspace.slug}
            component={Link}
            to={paths.home(workspace.slug)}
            rightSection={workspace.slug === ws ? <IconCheck size={14} stroke={1.5} /> : null}
          >
            {workspace.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
