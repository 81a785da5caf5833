/** A small coloured word: an option, a state. */
import type { ReactNode } from 'react';
import { hueOf } from './hues';
import css from './Pill.module.css';

export function Pill({ color, children }: { color?: string; children: ReactNode }) {
  const hue = hueOf(color);
  return (
    <span
      className={css.pill}
      style={{ background: `var(--hue-${hue}-bg)`, color: `var(--hue-${hue}-fg)` }}
    >
      {children}
    </span>
  );
}
