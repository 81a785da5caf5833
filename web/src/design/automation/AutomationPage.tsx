/** One automation as a column of cards, and what became of its runs. */
import { Switch } from '@mantine/core';
import { useParams } from 'react-router';
import { ApiError } from '../../api/client';
import type { AutomationDocument } from '../../api/types';
import { label, t } from '../../i18n';
import { paths } from '../../lib/paths';
import { useWorkspace } from '../../meta/use_meta';
import { Page } from '../../ui/Page';
import { PageHeader } from '../../ui/PageHeader';
import { ErrorState } from '../../ui/States';
import css from './AutomationPage.module.css';
import { RunList } from './RunList';
import { StepValues } from './StepValues';
import { describeStep, describeTrigger } from './describe';
import { describeFilter } from './describe_filter';
import { useAutomationSwitch } from './use_switch';

function Loaded({ automation }: { automation: AutomationDocument }) {
  const { ws, catalogue } = useWorkspace();
  const { isBusy, turn } = useAutomationSwitch(automation);
  const name = label(automation.label, automation.name);
  const entity = catalogue.entities.get(automation.trigger.entity);
  return (
    <Page
      width="wide"
      header={
        <PageHeader
          crumbs={[{ label: t.build.tabs.automations, to: paths.build(ws, 'automations') }]}
          title={name}
          actions={
            <Switch
              checked={automation.enabled}
              disabled={isBusy}
              label={automation.enabled ? t.build.automations.on : t.build.automations.off}
              onChange={(event) => void turn(event.currentTarget.checked)}
            />
          }
        />
      }
    >
      <div className={css.columns}>
        <ol className={css.cards}>
          <li className={css.card}>
            <span className={css.word}>{t.build.automations.when}</span>
            {describeTrigger(automation, catalogue)}
          </li>
          {automation.condition && (
            <li className={css.card}>
              <span className={css.word}>{t.build.automations.onlyIf}</span>
              {entity ? (
                describeFilter(automation.condition, entity)
              ) : (
                <pre className={css.json}>{JSON.stringify(automation.condition, null, 1)}</pre>
              )}
            </li>
          )}
          {automation.steps.map((step) => (
            <li key={step.name} className={css.card}>
              <span className={css.word}>{t.build.automations.then}</span>
              {describeStep(step, automation, catalogue)}
              <StepValues step={step} entity={entity} />
            </li>
          ))}
        </ol>
        <section className={css.runs}>
          <h2 className={css.head}>{t.build.automations.runs}</h2>
          <RunList automation={automation.name} />
        </section>
      </div>
    </Page>
  );
}

export function Component() {
  const { automation: name = '' } = useParams();
  const { catalogue } = useWorkspace();
  const automation = catalogue.automations.find((one) => one.name === name);
  if (!automation) return <ErrorState error={new ApiError(404, {})} />;
  return <Loaded automation={automation} />;
}
