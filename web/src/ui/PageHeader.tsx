/** The head of every page: where one is, and the few things to do there. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import css from './PageHeader.module.css';

export interface Crumb {
  label: string;
  to?: string;
}

interface PageHeaderProps {
  title: ReactNode;
  crumbs?: Crumb[];
  icon?: ReactNode;
  /** Right: at most one primary button. */
  actions?: ReactNode;
  /** Left of the actions, right beside the title. */
  beside?: ReactNode;
}

export function PageHeader({ title, crumbs = [], icon, actions, beside }: PageHeaderProps) {
  return (
    <header className={css.header}>
      <div className={css.where}>
        {crumbs.map((crumb) => (
          <span key={crumb.label} className={css.crumb}>
            {crumb.to ? <Link to={crumb.to}>{crumb.label}</Link> : crumb.label}
            <span aria-hidden> / </span>
          </span>
        ))}
        {icon}
        <h1 className={css.title}>{title}</h1>
        {beside}
      </div>
      {actions && <div className={css.actions}>{actions}</div>}
    </header>
  );
}
