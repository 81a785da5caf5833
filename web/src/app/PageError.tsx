/** A page that failed to load or to draw: in words, with a way on. */
import { useRouteError } from 'react-router';
import { Button } from '@mantine/core';
import { ApiError } from '../api/client';
import { t } from '../i18n';
import { EmptyState, ErrorState } from '../ui/States';

export function PageError() {
  const error = useRouteError();
  if (error instanceof ApiError) return <ErrorState error={error} />;
  return (
    <EmptyState
      title={t.common.errors.page}
      actions={
        <Button variant="default" onClick={() => window.location.reload()}>
          {t.common.reload}
        </Button>
      }
    />
  );
}

/** The first paint while a chunk loads: calm, no spinner for what takes milliseconds. */
export function Blank() {
  return null;
}
