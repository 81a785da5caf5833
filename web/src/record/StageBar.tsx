/** The stages of a record as chevrons; the ones that may come next can be clicked. */
import type { Field } from '../api/types';
import { findOption, nextStages, optionsOf } from '../fields/parts/options';
import { label, t } from '../i18n';
import { hueOf } from '../ui/hues';
import css from './StageBar.module.css';

interface StageBarProps {
  field: Field;
  value: string | null;
  /** What is saved: the moves allowed start from there. */
  from: string | null;
  isWritable: boolean;
  problem: string | undefined;
  onMove: (stage: string) => void;
}

export function StageBar({ field, value, from, isWritable, problem, onMove }: StageBarProps) {
  const all = optionsOf(field).filter((option) => !option.archived || option.name === value);
  const open = all.filter((option) => (option.kind ?? 'open') === 'open');
  const ends = all.filter((option) => option.kind === 'won' || option.kind === 'lost');
  const current = findOption(field, value);
  const next = new Set(nextStages(field, from).map((option) => option.name));
  const isEnded = current?.kind === 'won' || current?.kind === 'lost';
  const reached = isEnded ? open.length : open.findIndex((option) => option.name === value);
  return (
    <div>
      <div className={css.bar} role="group" aria-label={label(field.label, field.name)}>
        {[...open, ...ends].map((option, index) => {
          const isCurrent = option.name === value;
          const hue = hueOf(option.color);
          const isPast = !isCurrent && index < reached;
          return (
            <button
              key={option.id}
              type="button"
              className={css.step}
              data-past={isPast || undefined}
              data-end={index >= open.length || undefined}
              aria-pressed={isCurrent}
              title={
                !isCurrent && isWritable && !next.has(option.name)
                  ? t.record.stageNotNext
                  : undefined
              }
              disabled={!isCurrent && (!isWritable || !next.has(option.name))}
              style={
                isCurrent
                  ? { background: `var(--hue-${hue}-bg)`, color: `var(--hue-${hue}-fg)` }
                  : undefined
              }
              onClick={() => !isCurrent && onMove(option.name)}
            >
              {label(option.label, option.name)}
            </button>
          );
        })}
      </div>
      {problem && (
        <p className={css.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
