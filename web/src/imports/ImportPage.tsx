/** Import of a CSV file: pick it, map its columns, check, say what unknown values mean, import. */
import { Alert, Button, Group, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import { ApiError } from '../api/client';
import { count, label, t } from '../i18n';
import { paths } from '../lib/paths';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { entityLabel } from '../meta/label';
import { useWorkspace } from '../meta/use_meta';
import { EntityIcon } from '../ui/EntityIcon';
import { Page } from '../ui/Page';
import { PageHeader } from '../ui/PageHeader';
import { ErrorState } from '../ui/States';
import { ColumnTable } from './ColumnTable';
import { FilePick, type PickedFile } from './FilePick';
import css from './ImportPage.module.css';
import { RunReport } from './RunReport';
import { ValueTable } from './ValueTable';
import {
  type Columns,
  type Meanings,
  checkColumns,
  guessColumns,
  importable,
  toMapping,
  unknownValues,
} from './mapping';
import { useImport } from './use_import';

function Importer({ entity }: { entity: Entity }) {
  const { ws, catalogue } = useWorkspace();
  const can = useCan();
  const i = t.pages.importing;
  const run = useImport(entity.name);
  const fields = useMemo(
    () => importable(entity, (name) => can.write(entity, name)),
    [entity, can],
  );
  const [file, setFile] = useState<PickedFile | null>(null);
  const [columns, setColumns] = useState<Columns>({});
  const [match, setMatch] = useState<string | null>(null);
  const [meanings, setMeanings] = useState<Meanings>({});

  const pick = (picked: PickedFile) => {
    const guessed = guessColumns(picked.header, fields);
    const used = Object.values(guessed);
    setFile(picked);
    setColumns(guessed);
    setMatch(fields.find((field) => field.unique && used.includes(field.name))?.name ?? null);
    setMeanings({});
    run.clear();
  };
  const again = () => {
    setFile(null);
    run.clear();
  };
  const faults = checkColumns(columns, fields);
  const used = Object.values(columns).filter((name) => name !== null);
  const names = (list: { label: object; name: string }[]) =>
    list.map((field) => label(field.label, field.name)).join(', ');
  const unknown = run.report ? unknownValues(run.report, columns, entity) : [];
  const start = (isDryRun: boolean) =>
    file &&
    run.start({
      entity: entity.name,
      ...(match ? { match: [match] } : {}),
      mapping: toMapping(columns, meanings, entity, catalogue),
      ...(isDryRun ? { dry_run: true } : {}),
      content: file.content,
    });
  const isDone = run.hasEnded && !run.isDryRun && run.state?.state !== 'failed';
  const canRun = used.length > 0 && faults.missing.length === 0 && faults.twice.length === 0;

  if (!file) return <FilePick onPick={pick} />;
  return (
    <div className={css.steps}>
      <Group gap="sm">
        <strong>{file.name}</strong>
        <span className={css.quiet}>{i.rows(count(file.total))}</span>
        <Button variant="subtle" size="compact-sm" onClick={again} disabled={run.isBusy}>
          {i.another}
        </Button>
      </Group>
      {!isDone && (
        <>
          <section>
            <h2 className={css.head}>{i.map}</h2>
            <ColumnTable file={file} fields={fields} columns={columns} onChange={setColumns} />
          </section>
          <Select
            label={i.match}
            description={i.matchHelp}
            placeholder={i.matchNone}
            clearable
            maw={420}
            data={fields
              .filter((field) => used.includes(field.name))
              .map((field) => ({ value: field.name, label: label(field.label, field.name) }))}
            value={match}
            onChange={setMatch}
          />
          {unknown.length > 0 && (
            <section>
              <h2 className={css.head}>{i.values}</h2>
              <p className={css.quiet}>{i.valuesHelp}</p>
              <ValueTable
                unknown={unknown}
                fieldOf={(column) => entity.byName.get(columns[column] ?? '')}
                meanings={meanings}
                onChange={setMeanings}
              />
            </section>
          )}
          {(faults.missing.length > 0 || faults.twice.length > 0) && (
            <Alert color="yellow" variant="light">
              {faults.missing.length > 0 && <div>{i.required(names(faults.missing))}</div>}
              {faults.twice.map((field) => (
                <div key={field.name}>{i.twice(label(field.label, field.name))}</div>
              ))}
            </Alert>
          )}
        </>
      )}
      <RunReport run={run} />
      <Group gap="sm">
        {isDone ? (
          <Button size="sm" component={Link} to={paths.list(ws, entity.name)}>
            {i.show}
          </Button>
        ) : (
          <>
            <Button
              size="sm"
              variant={run.hasEnded ? 'default' : 'filled'}
              disabled={!canRun || run.isBusy}
              loading={run.isBusy && run.isDryRun}
              onClick={() => start(true)}
            >
              {run.hasEnded ? i.runAgain : i.check}
            </Button>
            <Button
              size="sm"
              variant={run.hasEnded ? 'filled' : 'default'}
              disabled={!canRun || run.isBusy}
              onClick={() => start(false)}
            >
              {i.run}
            </Button>
          </>
        )}
      </Group>
    </div>
  );
}

export function Component() {
  const { entity: name = '' } = useParams();
  const { ws, catalogue } = useWorkspace();
  const can = useCan();
  const entity = catalogue.entities.get(name);
  if (!entity || !can.do('import') || !can('create', name)) {
    return <ErrorState error={new ApiError(404, {})} />;
  }
  return (
    <Page
      header={
        <PageHeader
          crumbs={[{ label: entityLabel(entity), to: paths.list(ws, name) }]}
          icon={<EntityIcon name={entity.document.icon} />}
          title={t.pages.importing.title(entityLabel(entity))}
        />
      }
    >
      <Importer key={name} entity={entity} />
    </Page>
  );
}
