/** The runs of an automation, newest first; each opens to its steps. Runs are read as records. */
import { Button, Skeleton, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useRecordList } from '../../api/queries';
import type { Field, RecordRow } from '../../api/types';
import { kindOf } from '../../fields';
import { LinkChip } from '../../fields/parts/LinkChip';
import { language, t, timeZone } from '../../i18n';
import { showInstant } from '../../lib/dates';
import { isEmpty } from '../../lib/json';
import type { Entity } from '../../meta/catalogue';
import { useWorkspace } from '../../meta/use_meta';
import { ErrorState } from '../../ui/States';
import css from './AutomationPage.module.css';
import { RunSteps } from './RunSteps';

const RUNS = 'automation_run';
const PAGE = 20;

export function Value({
  entity,
  record,
  name,
}: {
  entity: Entity;
  record: RecordRow;
  name: string;
}) {
  const field: Field | undefined = entity.byName.get(name);
  const value = record[name];
  if (!field || isEmpty(value)) return null;
  const { Cell } = kindOf(field);
  return <Cell value={value!} field={field} record={record} place="cell" />;
}

function seconds(record: RecordRow): string | null {
  const from = record['started_at'] ?? record.created_at;
  const to = record['finished_at'] ?? record.updated_at;
  const ms = Date.parse(String(to)) - Date.parse(String(from));
  if (Number.isNaN(ms) || ms < 0) return null;
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return t.build.automations.seconds(format.format(ms / 1000));
}

function Run({ entity, record }: { entity: Entity; record: RecordRow }) {
  const { catalogue } = useWorkspace();
  const [isOpen, setOpen] = useState(false);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  // Runs keep the entity's stable id, which outlives a rename.
  const cause = record['entity'];
  const causedBy = [...catalogue.entities.values()].find(
    (one) => one.document.id === cause || one.name === cause,
  );
  const id = String(record['record'] ?? '');
  return (
    <li>
      <UnstyledButton className={css.run} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Chevron size={14} stroke={1.5} aria-hidden />
        <span className={css.quiet}>
          <Value entity={entity} record={record} name="state" />
        </span>
        <span className={css.grow}>
          {showInstant(String(record.created_at ?? ''), language, timeZone)}
        </span>
        <span className={css.quiet}>{seconds(record)}</span>
      </UnstyledButton>
      {isOpen && (
        <div className={css.detail}>
          {causedBy && id && (
            <div className={css.step}>
              <span className={css.quiet}>{t.build.automations.record}</span>
              <LinkChip entity={causedBy.name} value={id} place="page" />
            </div>
          )}
          {typeof record['error'] === 'string' && record['error'] && (
            <div className={css.error}>{record['error']}</div>
          )}
          <RunSteps run={record.id} runs={entity} />
        </div>
      )}
    </li>
  );
}

export function RunList({ automation }: { automation: string }) {
  const { ws, catalogue } = useWorkspace();
  const [limit, setLimit] = useState(PAGE);
  const entity = catalogue.entities.get(RUNS);
  const query = useRecordList(
    ws,
    RUNS,
    {
      filter: { field: 'automation', op: 'eq', value: automation },
      sort: ['-created_at'],
      limit,
    },
    entity !== undefined,
  );
  if (!entity) return <p className={css.quiet}>{t.build.automations.noRuns}</p>;
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton h={120} />;
  const runs = query.data.records;
  if (runs.length === 0) return <p className={css.quiet}>{t.build.automations.noRuns}</p>;
  return (
    <>
      <ol className={css.cards}>
        {runs.map((record) => (
          <Run key={record.id} entity={entity} record={record} />
        ))}
      </ol>
      {query.data.next_cursor && limit < 200 && (
        <Button
          variant="subtle"
          size="compact-xs"
          loading={query.isFetching}
          onClick={() => setLimit(Math.min(200, limit * 3))}
        >
          {t.common.loadMore}
        </Button>
      )}
    </>
  );
}
