/** The table before its first answer: the same rhythm, so that nothing jumps. */
import { t } from '../../i18n';
import css from './grid.module.css';

const LINES = 14;

export function GridSkeleton() {
  return (
    <div className={css.skeleton} role="status" aria-label={t.common.loading}>
      {Array.from({ length: LINES }, (_, line) => (
        // oxlint-disable-next-line react/no-array-index-key
        <div key={line} className={css.skeletonLine}>
          {[28, 16, 12, 20].map((share) => (
            <div
              key={share}
              className={css.blank}
              style={{ width: `${share - ((line * 3) % 7)}%` }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
