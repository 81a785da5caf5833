/** All automations: what starts them, whether they are on. */
import { Switch } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { AutomationDocument } from '../../api/types';
import { label, t } from '../../i18n';
import { paths } from '../../lib/paths';
import { useWorkspace } from '../../meta/use_meta';
import { Page } from '../../ui/Page';
import { PageHeader } from '../../ui/PageHeader';
import { EmptyState } from '../../ui/States';
import css from '../design.module.css';
import { Endpoints } from './Endpoints';
import { describeTrigger } from './describe';
import { useAutomationSwitch } from './use_switch';

function Row({ automation }: { automation: AutomationDocument }) {
  const { ws, catalogue } = useWorkspace();
  const { isBusy, turn } = useAutomationSwitch(automation);
  const name = label(automation.label, automation.name);
  return (
    <tr>
      <th scope="row">
        <Link className={css.link} to={paths.build(ws, 'automations', automation.name)}>
          <IconBolt size={16} stroke={1.5} aria-hidden />
          {name}
        </Link>
      </th>
      <td className={css.quiet}>{describeTrigger(automation, catalogue)}</td>
      <td>
        <Switch
          size="sm"
          checked={automation.enabled}
          disabled={isBusy}
          aria-label={t.build.automations.turnOn(name)}
          onChange={(event) => void turn(event.currentTarget.checked)}
        />
      </td>
    </tr>
  );
}

export function Component() {
  const { catalogue } = useWorkspace();
  return (
    <Page width="wide" header={<PageHeader title={t.build.tabs.automations} />}>
      {catalogue.automations.length === 0 ? (
        <EmptyState
          icon={<IconBolt size={32} stroke={1.25} aria-hidden />}
          title={t.build.automations.empty}
        />
      ) : (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t.common.name}</th>
                <th scope="col">{t.build.automations.when}</th>
                <th scope="col">{t.build.automations.on}</th>
              </tr>
            </thead>
            <tbody>
              {catalogue.automations.map((automation) => (
                <Row key={automation.name} automation={automation} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Endpoints />
    </Page>
  );
}
