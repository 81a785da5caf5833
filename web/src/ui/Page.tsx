/** A readable page: a header, and content in one column that scrolls. */
import type { ReactNode } from 'react';
import css from './Page.module.css';

interface PageProps {
  header: ReactNode;
  children: ReactNode;
  /** `wide` for tables and editors. */
  width?: 'text' | 'wide' | 'full';
}

export function Page({ header, children, width = 'text' }: PageProps) {
  return (
    <div className={css.page}>
      {header}
      <div className={css.scroll}>
        <div className={css[width]}>{children}</div>
      </div>
    </div>
  );
}
