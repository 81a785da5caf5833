/** The steps of one run, in their order. */
import { Skeleton } from '@mantine/core';
import { useRecordList } from '../../api/queries';
import { t } from '../../i18n';
import type { Entity } from '../../meta/catalogue';
import { useWorkspace } from '../../meta/use_meta';
import css from './AutomationPage.module.css';
import { Value } from './RunList';

function shown(value: unknown): string {
  if (value == null || value === '') return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function RunSteps({ run, runs }: { run: string; runs: Entity }) {
  const { ws, catalogue } = useWorkspace();
  // The steps are whatever entity links to runs; its own names say how.
  const inverse = runs.inverses.find((field) => field.name === 'steps') ?? runs.inverses[0];
  const entity = catalogue.entities.get(inverse?.settings?.entity ?? '');
  const link = inverse?.settings?.field ?? '';
  const order = ['number', 'position'].find((name) => entity?.byName.has(name));
  const query = useRecordList(
    ws,
    entity?.name ?? '',
    {
      filter: { field: link, op: 'eq', value: run },
      sort: [order ?? 'created_at'],
      limit: 50,
    },
    entity !== undefined,
  );
  if (!entity) return null;
  if (!query.data) return <Skeleton h={40} />;
  if (query.data.records.length === 0) {
    return <p className={css.quiet}>{t.build.automations.noSteps}</p>;
  }
  return query.data.records.map((step) => {
    const attempts = Number(step['attempts'] ?? 0);
    return (
      <div key={step.id} className={css.step}>
        <Value entity={entity} record={step} name="state" />
        <span>{shown(step['name'])}</span>
        <span className={css.grow}>{shown(step['result'] ?? step['output'])}</span>
        {attempts > 1 && (
          <span className={css.quiet}>{t.build.automations.attempts(attempts)}</span>
        )}
      </div>
    );
  });
}
