/** Oneself: profile, tokens, language, look, shortcuts, sign out. */
import { Avatar, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import {
  IconCheck,
  IconKey,
  IconKeyboard,
  IconLogout,
  IconSelector,
  IconUserCircle,
} from '@tabler/icons-react';
import { Link } from 'react-router';
import type { ActionContext } from '../actions/define_action';
import { LANGUAGES, language, t } from '../i18n';
import { paths } from '../lib/paths';
import { useWorkspace } from '../meta/use_meta';
import css from './Sidebar.module.css';

const SCHEMES = ['light', 'dark', 'auto'] as const;

/** The menu's items, shared by the sidebar and the phone's bar. */
export function UserMenuItems({ context }: { context: ActionContext }) {
  const { ws, me } = useWorkspace();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const check = (isOn: boolean) => (isOn ? <IconCheck size={14} stroke={1.5} /> : null);
  return (
    <>
      <Menu.Label>{me.user.email}</Menu.Label>
      <Menu.Item
        component={Link}
        to={paths.profile(ws)}
        leftSection={<IconUserCircle size={16} stroke={1.5} />}
      >
        {t.pages.profile.title}
      </Menu.Item>
      <Menu.Item
        component={Link}
        to={paths.tokens(ws)}
        leftSection={<IconKey size={16} stroke={1.5} />}
      >
        {t.pages.tokens.title}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconKeyboard size={16} stroke={1.5} />}
        rightSection={<kbd>?</kbd>}
        onClick={context.openHelp}
      >
        {t.pages.help.title}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Label>{t.pages.nav.language}</Menu.Label>
      {LANGUAGES.map(({ value, name }) => (
        <Menu.Item
          key={value}
          lang={value}
          rightSection={check(value === language)}
          onClick={() => value !== language && context.setLanguage(value)}
        >
          {name}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Label>{t.pages.nav.scheme}</Menu.Label>
      {SCHEMES.map((scheme) => (
        <Menu.Item
          key={scheme}
          closeMenuOnClick={false}
          rightSection={check(scheme === colorScheme)}
          onClick={() => setColorScheme(scheme)}
        >
          {t.pages.nav[scheme]}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} stroke={1.5} />} onClick={context.signOut}>
        {t.pages.auth.signOut}
      </Menu.Item>
    </>
  );
}

export function UserMenu({ isFolded, context }: { isFolded: boolean; context: ActionContext }) {
  const { me } = useWorkspace();
  return (
    <Menu position="top-start" width={224}>
      <Menu.Target>
        <UnstyledButton
          className={css.item}
          w="100%"
          aria-label={isFolded ? t.pages.nav.account : undefined}
        >
          <Avatar size={20} radius="xl" name={me.user.name} color="initials" aria-hidden />
          {!isFolded && (
            <>
              <span className={css.text}>{me.user.name}</span>
              <IconSelector size={14} stroke={1.5} aria-hidden />
            </>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <UserMenuItems context={context} />
      </Menu.Dropdown>
    </Menu>
  );
}
