/** A link that leaves the app. In a grid cell it is not a tab stop: the grid has only one. */
import css from './parts.module.css';

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
