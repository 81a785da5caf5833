/** All tables of the workspace. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { label, t } from '../../i18n';
import { paths } from '../../lib/paths';
import { entityLabel } from '../../meta/label';
import { useWorkspace } from '../../meta/use_meta';
import { EntityIcon } from '../../ui/EntityIcon';
import { Page } from '../../ui/Page';
import { PageHeader } from '../../ui/PageHeader';
import { EmptyState } from '../../ui/States';
import css from '../design.module.css';
import { NewEntity } from './NewEntity';

export function Component() {
  const { ws, catalogue } = useWorkspace();
  const [isOpen, setOpen] = useState(false);
  const entities = [...catalogue.entities.values()];
  const appLabel = (name: string | undefined) =>
    label(catalogue.apps.find((app) => app.name === name)?.label, name);
  return (
    <Page
      width="wide"
      header={
        <PageHeader
          title={t.build.tabs.entities}
          actions={<Button onClick={() => setOpen(true)}>{t.build.entities.new}</Button>}
        />
      }
    >
      {entities.length === 0 && <EmptyState title={t.build.entities.empty} />}
      {entities.length > 0 && (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t.build.entities.table}</th>
                <th scope="col" className={css.phoneHidden}>
                  {t.build.entities.name}
                </th>
                <th scope="col">{t.build.entities.app}</th>
                <th scope="col">{t.build.entities.fields}</th>
              </tr>
            </thead>
            <tbody>
              {entities.map((entity) => (
                <tr key={entity.name}>
                  <th scope="row">
                    <Link className={css.link} to={paths.build(ws, 'entities', entity.name)}>
                      <EntityIcon name={entity.document.icon} />
                      {entityLabel(entity)}
                    </Link>
                  </th>
                  <td className={`${css.mono} ${css.phoneHidden}`}>{entity.name}</td>
                  <td className={css.quiet}>{appLabel(entity.document.app)}</td>
                  <td className={css.quiet}>{entity.fields.length}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isOpen && <NewEntity onClose={() => setOpen(false)} />}
    </Page>
  );
}
