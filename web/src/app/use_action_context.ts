/** What commands need to know and may do, gathered for the page on screen. */
import { useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { ActionContext } from '../actions/define_action';
import { session } from '../api/session';
import { keys } from '../api/queries';
import type { Language, WorkspaceMe } from '../api/types';
import { readPlace, paths } from '../lib/paths';
import { forgetPrivate } from '../lib/storage';
import { toCan } from '../meta/can';
import { useWorkspace } from '../meta/use_meta';
import { useSheets } from '../ui/sheets';
import { toast } from '../ui/toast';
import { useLanguage } from './language';
import { useShell } from './shell_store';

export function useSignOut(): () => void {
  const navigate = useNavigate();
  const client = useQueryClient();
  return () => {
    session
      .logout()
      .then(() => {
        client.clear();
        forgetPrivate();
        return navigate(paths.signIn());
      })
      .catch(toast.error);
  };
}

export function useSwitchLanguage(): (language: Language) => void {
  const { ws } = useWorkspace();
  const client = useQueryClient();
  const switchTo = useLanguage((state) => state.switchTo);
  return (language) => {
    // What is known of oneself changes at once, or the old wish would switch the language back.
    client.setQueryData<WorkspaceMe>(
      keys.workspaceMe(ws),
      (me) => me && { ...me, user: { ...me.user, locale: language } },
    );
    session
      .setLocale(ws, language)
      .then(() => client.invalidateQueries({ queryKey: keys.workspaceMe(ws) }))
      .catch(toast.error);
    void switchTo(language);
  };
}

export function useActionContext(): ActionContext {
  const { ws, me, catalogue } = useWorkspace();
  const location = useLocation();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const openCreate = useSheets((state) => state.openCreate);
  const signOut = useSignOut();
  const setLanguage = useSwitchLanguage();
  const place = useMemo(() => readPlace(location.pathname), [location.pathname]);
  const shell = useShell();
  return {
    ws,
    place,
    entity: catalogue.entities.get(place?.entity ?? ''),
    catalogue,
    can: toCan(me),
    navigate,
    openCreate,
    openPalette: () => shell.setPalette(true),
    openHelp: () => shell.setHelp(true),
    toggleSidebar: shell.toggleSidebar,
    toggleScheme: () => {
      const isDark =
        colorScheme === 'dark' ||
        (colorScheme === 'auto' && window.matchMedia('(prefers-color-scheme: dark)').matches);
      setColorScheme(isDark ? 'light' : 'dark');
    },
    setLanguage,
    signOut,
  };
}
