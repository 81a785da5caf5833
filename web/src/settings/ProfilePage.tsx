/** Oneself: name and roles, language, look, password. */
import {
  Button,
  PasswordInput,
  SegmentedControl,
  Stack,
  useMantineColorScheme,
} from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ApiError, splitProblems } from '../api/error';
import { session } from '../api/session';
import type { Language } from '../api/types';
import { useSwitchLanguage } from '../app/use_action_context';
import { LANGUAGES, label, language, t } from '../i18n';
import { useWorkspace } from '../meta/use_meta';
import { Page } from '../ui/Page';
import { PageHeader } from '../ui/PageHeader';
import { toast } from '../ui/toast';
import css from './settings.module.css';

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.part}>
      <h2 className={css.partTitle}>{title}</h2>
      <div>{children}</div>
    </section>
  );
}

const PASSWORD_FIELDS = new Set(['old', 'new']);

function PasswordForm({ email }: { email: string }) {
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblems({});
    try {
      await session.setPassword(old, next);
      setOld('');
      setNext('');
      toast.done(t.pages.profile.changed);
    } catch (error) {
      const split = error instanceof ApiError ? splitProblems(error, PASSWORD_FIELDS) : undefined;
      setProblems(split?.byField ?? {});
      if (Object.keys(split?.byField ?? {}).length === 0) toast.error(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md" maw={360}>
        <input type="hidden" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={t.pages.profile.oldPassword}
          autoComplete="current-password"
          required
          withAsterisk={false}
          error={problems['old']}
          visibilityToggleButtonProps={{ 'aria-label': t.pages.auth.show }}
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          label={t.pages.profile.newPassword}
          description={t.pages.auth.passwordHelp}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={10}
          error={problems['new']}
          visibilityToggleButtonProps={{ 'aria-label': t.pages.auth.show }}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" size="sm" loading={isBusy}>
            {t.pages.profile.change}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

export function Component() {
  const { me, catalogue } = useWorkspace();
  const switchLanguage = useSwitchLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const roles = me.user.roles.map((name) => {
    const role = catalogue.documents.find((one) => one.kind === 'role' && one.name === name);
    return label(role?.document.label, name);
  });
  return (
    <Page header={<PageHeader title={t.pages.profile.title} />}>
      <Part title={t.pages.profile.you}>
        <div className={css.strong}>{me.user.name}</div>
        <div className={css.quiet}>{me.user.email}</div>
        {roles.length > 0 && (
          <div className={css.quiet}>
            {t.pages.profile.roles}: {roles.join(', ')}
          </div>
        )}
      </Part>
      <Part title={t.pages.profile.language}>
        <SegmentedControl
          aria-label={t.pages.profile.language}
          data={LANGUAGES.map(({ value, name }) => ({ value, label: name }))}
          value={language}
          onChange={(value) => switchLanguage(value as Language)}
        />
      </Part>
      <Part title={t.pages.profile.appearance}>
        <SegmentedControl
          aria-label={t.pages.profile.appearance}
          data={(['light', 'dark', 'auto'] as const).map((value) => ({
            value,
            label: t.pages.nav[value],
          }))}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
        />
      </Part>
      <Part title={t.pages.profile.password}>
        <PasswordForm email={me.user.email} />
      </Part>
    </Page>
  );
}
