/** A quiet chip for a linked record; a click opens it beside the page. */
import type { MouseEvent } from 'react';
import { useNavigate } from 'react-router';
import { t } from '../../i18n';
import { peekTo } from '../../lib/peek';
import { type LinkTarget, givenTarget, useLinkTarget } from './use_title';
import css from './parts.module.css';

interface LinkChipProps {
  entity: string;
  value: unknown;
  place: 'cell' | 'page';
}

export function LinkChip(props: LinkChipProps) {
  // Lists bring the titles along: then nothing has to be asked, for hundreds of chips.
  const given = givenTarget(props.value);
  return given ? <Chip {...props} target={given} /> : <LoadedChip {...props} />;
}

function LoadedChip(props: LinkChipProps) {
  const target = useLinkTarget(props.entity, props.value);
  return target && <Chip {...props} target={target} />;
}

function Chip({ entity, place, target }: LinkChipProps & { target: LinkTarget }) {
  const navigate = useNavigate();
  if (target.title === null) {
    return <span className={`${css.chip} ${css.quiet}`}>{t.fields.pick.noAccess}</span>;
  }
  const open = (event: MouseEvent) => {
    event.stopPropagation();
    // A new tab or window is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void navigate(peekTo(window.location, entity, target.id));
  };
  return (
    <a
      className={css.chip}
      href={`?peek=${entity}:${target.id}`}
      tabIndex={place === 'cell' ? -1 : undefined}
      onClick={open}
    >
      {target.title === undefined ? '…' : target.title || t.common.untitled}
    </a>
  );
}
