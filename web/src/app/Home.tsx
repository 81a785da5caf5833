/** The workspace's first page: its tables, and what one opened lately. On a phone, the menu. */
import { useMemo } from 'react';
import { Link, useLocation } from 'react-router';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { peekTo } from '../lib/peek';
import { recentRecords } from '../lib/recent';
import { useCan } from '../meta/can';
import { entityLabel } from '../meta/label';
import { useWorkspace } from '../meta/use_meta';
import { EntityIcon } from '../ui/EntityIcon';
import { Page } from '../ui/Page';
import { PageHeader } from '../ui/PageHeader';
import css from './Home.module.css';
import { type NavGroup, toNavigation } from './navigation';

function Groups({ groups, ws }: { groups: NavGroup[]; ws: string }) {
  return groups.map((group) => (
    <section key={group.key} className={css.group}>
      <h2 className={css.head}>{group.label}</h2>
      <div className={css.tiles}>
        {group.entries.map((entry) => (
          <Link
            key={entry.key}
            className={css.tile}
            to={paths.list(ws, entry.entity.name, entry.view)}
          >
            <EntityIcon name={entry.icon} size={20} />
            <span>{entry.label}</span>
          </Link>
        ))}
      </div>
      <Groups groups={group.groups} ws={ws} />
    </section>
  ));
}

export function Component() {
  const { ws, me, catalogue } = useWorkspace();
  const can = useCan();
  const location = useLocation();
  const groups = useMemo(() => toNavigation(catalogue, can), [catalogue, can]);
  const recent = recentRecords(ws).filter(({ entity }) => can('read', entity));
  return (
    <Page header={<PageHeader title={me.workspace.name} />}>
      <Groups groups={groups} ws={ws} />
      <section className={css.group}>
        <h2 className={css.head}>{t.pages.home.recent}</h2>
        {recent.length === 0 && <p className={css.none}>{t.pages.home.noRecent}</p>}
        <ul className={css.recent}>
          {recent.map(({ entity: name, id, title }) => {
            const entity = catalogue.entities.get(name);
            return entity ? (
              <li key={id}>
                <Link className={css.line} to={peekTo(location, name, id)}>
                  <EntityIcon name={entity.document.icon} />
                  <span className={css.title}>{title || t.common.untitled}</span>
                  <span className={css.kind}>{entityLabel(entity, 'one')}</span>
                </Link>
              </li>
            ) : null;
          })}
        </ul>
      </section>
    </Page>
  );
}
