/** Makes a token, and shows it this one time. */
import { Alert, Button, CopyButton, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useId, useState } from 'react';
import { session } from '../api/session';
import type { Field } from '../api/types';
import { kindOf } from '../fields';
import { t, timeZone } from '../i18n';
import { fromWall, readIsoDate } from '../lib/dates';
import { useWs } from '../meta/use_meta';
import { errorText } from '../ui/States';
import css from './settings.module.css';

const UNTIL: Field = { id: 'expires_at', name: 'expires_at', type: 'date', label: {} };

export function NewToken({ onClose }: { onClose: () => void }) {
  const ws = useWs();
  const id = useId();
  const [name, setName] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const [token, setToken] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const DateInput = kindOf(UNTIL).Input!;
  const isBadDate = until !== null && readIsoDate(until) === null;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBadDate) return;
    setBusy(true);
    try {
      const expires_at = until ? fromWall(`${until}T23:59`, timeZone) : null;
      const made = await session.createToken(ws, {
        name: name.trim(),
        ...(expires_at ? { expires_at } : {}),
      });
      setToken(made.token);
    } catch (fault) {
      setError(fault);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      title={t.pages.tokens.new}
      closeButtonProps={{ 'aria-label': t.common.close }}
      // The token is shown once: a click beside the dialog must not lose it.
      closeOnClickOutside={token === null}
      onClose={onClose}
    >
      {token ? (
        <Stack gap="md">
          <Alert color="yellow" variant="light">
            {t.pages.tokens.once}
          </Alert>
          <code className={css.code}>{token}</code>
          <div>
            <div className={css.quiet}>{t.pages.tokens.use}</div>
            <code className={css.code}>Authorization: Bearer {token.slice(0, 8)}…</code>
          </div>
          <Group justify="flex-end" gap="sm">
            <CopyButton value={token}>
              {({ copied, copy }) => (
                <Button size="sm" variant="default" onClick={copy}>
                  {copied ? t.common.copied : t.common.copy}
                </Button>
              )}
            </CopyButton>
            <Button size="sm" onClick={onClose}>
              {t.common.done}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="md">
            {error ? (
              <Alert color="red" variant="light" role="alert">
                {errorText(error)}
              </Alert>
            ) : null}
            <TextInput
              label={t.pages.tokens.name}
              description={t.pages.tokens.nameHelp}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              required
              withAsterisk={false}
              autoFocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <div>
              <label className={css.quiet} htmlFor={id}>
                {t.pages.tokens.expires}
              </label>
              <DateInput
                id={id}
                field={UNTIL}
                value={until}
                place="form"
                invalid={isBadDate}
                onChange={(value) => setUntil(value as string | null)}
              />
              <div className={css.quiet}>{t.pages.tokens.expiresHelp}</div>
            </div>
            <Group justify="flex-end" gap="sm">
              <Button size="sm" variant="default" onClick={onClose}>
                {t.common.cancel}
              </Button>
              <Button size="sm" type="submit" loading={isBusy} disabled={!name.trim()}>
                {t.common.create}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
