/** A quiet chip for a linked record; a click opens it beside the page. */
import { Link, useLocation } from 'react-router';
import { t } from '../../i18n';
import { peekTo } from '../../lib/peek';
import { useLinkTarget } from './use_title';
import css from './parts.module.css';

interface LinkChipProps {
  entity: string;
  value: unknown;
  place: 'cell' | 'page';
}

export function LinkChip({ entity, value, place }: LinkChipProps) {
  const target = useLinkTarget(entity, value);
  const location = useLocation();
  if (!target) return null;
  if (target.title === null) {
    return <span className={`${css.chip} ${css.quiet}`}>{t.fields.pick.noAccess}</span>;
  }
  return (
    <Link
      className={css.chip}
      to={peekTo(location, entity, target.id)}
      tabIndex={place === 'cell' ? -1 : undefined}
      onClick={(event) => event.stopPropagation()}
    >
      {target.title === undefined ? '…' : target.title || t.common.untitled}
    </Link>
  );
}
