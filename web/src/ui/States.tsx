/** What a page shows when there is nothing, or when something failed. */
import { Button } from '@mantine/core';
import { IconMoodEmpty, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { t } from '../i18n';
import css from './States.module.css';

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  /** At most two buttons. */
  actions?: ReactNode;
}

export function EmptyState({ icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={css.state}>
      <div className={css.icon}>
        {icon ?? <IconMoodEmpty size={32} stroke={1.25} aria-hidden />}
      </div>
      <p className={css.title}>{title}</p>
      {children && <p className={css.text}>{children}</p>}
      {actions && <div className={css.actions}>{actions}</div>}
    </div>
  );
}

/** A failure in words: the server's own, or ours when it was not reached. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t.common.errors.unknown;
  if (error.status === 0) return t.common.errors.offline;
  // What is wrong with single values says more than that some are wrong.
  const said = error.problems.map((problem) => problem.message).filter(Boolean);
  const text = said.length > 0 ? said.join(' ') : error.message;
  return error.hint ? `${text} ${error.hint}` : text;
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const isMissing = error instanceof ApiError && error.status === 404;
  const id = error instanceof ApiError ? error.requestId : undefined;
  return (
    <div className={css.state} role="alert">
      <div className={css.icon}>
        <IconPlugConnectedX size={32} stroke={1.25} aria-hidden />
      </div>
      <p className={css.title}>{isMissing ? t.common.errors.notFound : t.common.errors.title}</p>
      {!isMissing && <p className={css.text}>{errorText(error)}</p>}
      {id && !isMissing && <p className={css.text}>{t.common.errors.requestId(id)}</p>}
      {onRetry && !isMissing && (
        <div className={css.actions}>
          <Button variant="default" onClick={onRetry}>
            {t.common.retry}
          </Button>
        </div>
      )}
    </div>
  );
}
