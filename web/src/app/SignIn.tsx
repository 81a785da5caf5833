/** Sign in with e-mail and password, then on to where one wanted to go. */
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { keys } from '../api/queries';
import { session } from '../api/session';
import { t } from '../i18n';
import { safeNext } from '../lib/paths';
import { errorText } from '../ui/States';
import { AuthFrame } from './AuthFrame';

export function Component() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const next = search.get('next');

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await session.login(email.trim(), password);
      // Another person may have signed in: nothing of the one before may stay.
      client.clear();
      await client.fetchQuery({ queryKey: keys.me, queryFn: () => session.me() });
      await navigate(safeNext(next), { replace: true });
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  };
  return (
    <AuthFrame title={t.pages.auth.signIn} text={next ? undefined : t.pages.auth.welcome}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack mt="lg" gap="md">
          {next && !error ? (
            <Alert variant="light" color="gray">
              {t.pages.auth.sessionEnded}
            </Alert>
          ) : null}
          {error ? (
            <Alert color="red" variant="light" role="alert">
              {errorText(error)}
            </Alert>
          ) : null}
          <TextInput
            label={t.pages.auth.email}
            type="email"
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t.pages.auth.password}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t.pages.auth.show }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" size="sm" loading={isBusy} fullWidth>
            {t.pages.auth.signIn}
          </Button>
        </Stack>
      </form>
    </AuthFrame>
  );
}
