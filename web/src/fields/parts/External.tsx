/** A link that leaves the app. In a grid cell it is not a tab stop: the grid has only one. */
import { ActionIcon } from '@mantine/core';
import { IconArrowUpRight } from '@tabler/icons-react';
import { t } from '../../i18n';
import css from './parts.module.css';

/** Beside an input: goes where its value points. */
export function OpenExternal({ href, isShown }: { href: string; isShown: boolean }) {
  if (!isShown || !SAFE.test(href)) return null;
  const isWeb = /^https?:/i.test(href);
  return (
    <ActionIcon
      component="a"
      size="sm"
      className={css.aside}
      href={href}
      target={isWeb ? '_blank' : undefined}
      rel="noopener noreferrer"
      aria-label={t.fields.pick.open(href.replace(/^(mailto|tel):/, ''))}
    >
      <IconArrowUpRight size={16} stroke={1.5} />
    </ActionIcon>
  );
}

const SAFE = /^(https?:\/\/|mailto:|tel:)/i;

export function External(props: { href: string; text: string; place: 'cell' | 'page' }) {
  if (!SAFE.test(props.href)) return <>{props.text}</>;
  const isWeb = /^https?:/i.test(props.href);
  return (
    <a
      className={css.external}
      href={props.href}
      target={isWeb ? '_blank' : undefined}
      rel="noopener noreferrer"
      tabIndex={props.place === 'cell' ? -1 : undefined}
      onClick={(event) => event.stopPropagation()}
    >
      {props.text}
    </a>
  );
}
