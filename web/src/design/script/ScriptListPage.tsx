/** All scripts: which table, when they run. */
import { Button, Menu } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { label, t } from '../../i18n';
import { paths } from '../../lib/paths';
import { shortName } from '../../meta/catalogue';
import { entityLabel } from '../../meta/label';
import { useWorkspace } from '../../meta/use_meta';
import { EntityIcon } from '../../ui/EntityIcon';
import { Page } from '../../ui/Page';
import { PageHeader } from '../../ui/PageHeader';
import { EmptyState } from '../../ui/States';
import css from '../design.module.css';

export function Component() {
  const { ws, catalogue } = useWorkspace();
  const navigate = useNavigate();
  const { scripts } = catalogue;
  const names = new Set(scripts.map((script) => script.name));
  const free = [...catalogue.entities.values()].filter(
    (entity) => !names.has(`${entity.name}.before_save`),
  );
  const hooks = t.build.scripts.hooks as Record<string, string>;
  return (
    <Page
      width="wide"
      header={
        <PageHeader
          title={t.build.tabs.scripts}
          actions={
            <Menu position="bottom-end">
              <Menu.Target>
                <Button>{t.build.scripts.new}</Button>
              </Menu.Target>
              <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
                <Menu.Label>{t.build.scripts.hooks.before_save}</Menu.Label>
                {free.length === 0 && <Menu.Item disabled>{t.build.scripts.exists}</Menu.Item>}
                {free.map((entity) => (
                  <Menu.Item
                    key={entity.name}
                    leftSection={<EntityIcon name={entity.document.icon} />}
                    onClick={() => void navigate(paths.script(ws, `${entity.name}.before_save`))}
                  >
                    {entityLabel(entity)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          }
        />
      }
    >
      {scripts.length === 0 ? (
        <EmptyState
          icon={<IconCode size={32} stroke={1.25} aria-hidden />}
          title={t.build.scripts.empty}
        >
          {t.build.scripts.emptyHelp}
        </EmptyState>
      ) : (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t.common.name}</th>
                <th scope="col">{t.build.scripts.table}</th>
                <th scope="col">{t.build.scripts.hook}</th>
              </tr>
            </thead>
            <tbody>
              {scripts.map((script) => {
                const entity = catalogue.entities.get(script.entity ?? '');
                return (
                  <tr key={script.name}>
                    <th scope="row">
                      <Link className={css.link} to={paths.script(ws, script.name)}>
                        <IconCode size={16} stroke={1.5} aria-hidden />
                        {label(script.label, shortName(script.name))}
                      </Link>
                    </th>
                    <td className={css.quiet}>{entity ? entityLabel(entity) : script.entity}</td>
                    <td className={css.quiet}>{hooks[script.hook ?? ''] ?? script.hook}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  );
}
