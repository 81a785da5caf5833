/** How far an import is, and what came of it. */
import { Alert, Anchor, Progress } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { count, t } from '../i18n';
import { errorText } from '../ui/States';
import css from './ImportPage.module.css';
import type { ImportRun } from './use_import';

function Figure({ n, text, isBad }: { n: number; text: string; isBad?: boolean }) {
  return (
    <div className={css.figure} data-bad={(isBad && n > 0) || undefined}>
      <span className={css.n}>{count(n)}</span>
      {text}
    </div>
  );
}

export function RunReport({ run }: { run: ImportRun }) {
  const { state, isDryRun, hasEnded } = run;
  const i = t.pages.importing;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (hasEnded) box.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }, [hasEnded]);
  if (run.error) {
    return (
      <Alert color="red" variant="light" role="alert">
        {errorText(run.error)}
      </Alert>
    );
  }
  if (!state) return null;
  const done = state.done ?? state.position ?? state.created + state.updated + state.failed;
  const hasFailed = state.state === 'failed';
  return (
    <section ref={box} className={css.report} role="status">
      <h2 className={css.head}>
        {hasFailed
          ? i.failed
          : hasEnded
            ? isDryRun
              ? i.checked
              : i.done
            : isDryRun
              ? i.checking
              : i.running}
      </h2>
      {hasFailed && state.failure != null && (
        <p className={css.note}>
          {typeof state.failure === 'string' ? state.failure : JSON.stringify(state.failure)}
        </p>
      )}
      {!hasEnded && (
        <>
          <Progress
            value={state.total > 0 ? (100 * done) / state.total : 0}
            aria-label={i.running}
            size="sm"
          />
          <div className={css.note}>{i.progress(count(done), count(state.total))}</div>
        </>
      )}
      <div className={css.figures}>
        <Figure n={state.created} text={isDryRun ? i.wouldCreate : i.created} />
        <Figure n={state.updated} text={isDryRun ? i.wouldUpdate : i.updated} />
        {(state.unchanged ?? 0) > 0 && <Figure n={state.unchanged!} text={i.unchanged} />}
        <Figure n={state.failed} text={i.refused} isBad />
      </div>
      {hasEnded && state.failed > 0 && run.errorsUrl && (
        <div>
          <Anchor href={run.errorsUrl} download className={css.download}>
            <IconDownload size={16} stroke={1.5} aria-hidden />
            {i.errors}
          </Anchor>
          <div className={css.note}>{i.errorsHelp}</div>
        </div>
      )}
    </section>
  );
}
