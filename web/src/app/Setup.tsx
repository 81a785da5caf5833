/** First run: the one-time code stands behind the `#`, so that it never reaches a log. */
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, splitProblems } from '../api/error';
import { session } from '../api/session';
import { t } from '../i18n';
import { errorText } from '../ui/States';
import { AuthFrame } from './AuthFrame';

const FIELDS = new Set(['name', 'email', 'password']);
const PASSWORD_MIN = 10;

export function Component() {
  const [token] = useState(() => decodeURIComponent(window.location.hash.slice(1)));
  const [values, setValues] = useState({ name: '', email: '', password: '', repeat: '' });
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const navigate = useNavigate();
  const client = useQueryClient();

  const text = (name: keyof typeof values) => ({
    name,
    value: values[name],
    error: problems[name],
    required: true,
    withAsterisk: false,
    onChange: (event: { currentTarget: { value: string } }) => {
      setValues({ ...values, [name]: event.currentTarget.value });
      setProblems({ ...problems, [name]: '' });
    },
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (values.password !== values.repeat) {
      setProblems({ repeat: t.pages.auth.repeatWrong });
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const { name, email, password } = values;
      await session.setup({ token, name: name.trim(), email: email.trim(), password });
      client.clear();
      await navigate('/', { replace: true });
    } catch (fault) {
      const split = fault instanceof ApiError ? splitProblems(fault, FIELDS) : undefined;
      setProblems(split?.byField ?? {});
      setError(Object.keys(split?.byField ?? {}).length > 0 ? null : fault);
      setBusy(false);
    }
  };
  if (!token) {
    return (
      <AuthFrame title={t.pages.auth.setupTitle}>
        <Alert mt="lg" color="yellow" variant="light">
          {t.pages.auth.setupNoToken}
        </Alert>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={t.pages.auth.setupTitle} text={t.pages.auth.setupText}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack mt="lg" gap="md">
          {error ? (
            <Alert color="red" variant="light" role="alert">
              {errorText(error)}
            </Alert>
          ) : null}
          <TextInput label={t.pages.auth.name} autoComplete="name" autoFocus {...text('name')} />
          <TextInput
            label={t.pages.auth.email}
            type="email"
            autoComplete="username"
            {...text('email')}
          />
          <PasswordInput
            label={t.pages.auth.password}
            description={t.pages.auth.passwordHelp}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autoComplete="new-password"
            minLength={PASSWORD_MIN}
            visibilityToggleButtonProps={{ 'aria-label': t.pages.auth.show }}
            {...text('password')}
          />
          <PasswordInput
            label={t.pages.auth.repeat}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t.pages.auth.show }}
            {...text('repeat')}
          />
          <Button type="submit" size="sm" loading={isBusy} fullWidth>
            {t.pages.auth.setupButton}
          </Button>
        </Stack>
      </form>
    </AuthFrame>
  );
}
