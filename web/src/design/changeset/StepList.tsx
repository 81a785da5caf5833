/** The steps of a changeset: what happens, whether anything is lost, what else is touched. */
import { IconAlertTriangle, IconBan, IconCheck } from '@tabler/icons-react';
import type { ChangeStep } from '../../api/types';
import { count, t } from '../../i18n';
import css from './StepList.module.css';

const MARKS = { safe: IconCheck, lossy: IconAlertTriangle, forbidden: IconBan };

function touchText(step: ChangeStep): string {
  const kinds = t.build.kinds as Record<string, string>;
  // A document's own step touches itself.
  if (step.kind.endsWith('_document') && step.touches?.length === 1) return '';
  return (step.touches ?? []).map(({ kind, name }) => `${kinds[kind] ?? kind} ${name}`).join(', ');
}

export function StepList({ steps }: { steps: readonly ChangeStep[] }) {
  if (steps.length === 0) return <p className={css.none}>{t.build.changeset.nothing}</p>;
  return (
    <ol className={css.steps}>
      {steps.map((step, index) => {
        const Mark = MARKS[step.effect] ?? IconCheck;
        const touched = touchText(step);
        return (
          <li key={`${step.kind}-${step.entity}-${step.field}-${index}`} className={css.step}>
            <span className={css.mark} data-effect={step.effect}>
              <Mark size={16} stroke={1.75} aria-hidden />
            </span>
            <div>
              <div>{step.message}</div>
              <div className={css.note}>
                <span className={css.effect} data-effect={step.effect}>
                  {t.build.changeset.effects[step.effect]}
                </span>
                {step.rows ? ` · ${t.build.changeset.rows(count(step.rows))}` : ''}
                {touched && ` · ${t.build.changeset.touches(touched)}`}
              </div>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
