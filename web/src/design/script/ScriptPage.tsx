/** One script: the text, what is wrong with it as one types, and the functions it may use. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { ApiError } from '../../api/client';
import { type ScriptProblem, documents as api } from '../../api/documents';
import { keys } from '../../api/queries';
import type { Operation, ScriptDocument } from '../../api/types';
import { t } from '../../i18n';
import { paths } from '../../lib/paths';
import { forget, recall, remember } from '../../lib/storage';
import { entityLabel } from '../../meta/label';
import { useWorkspace } from '../../meta/use_meta';
import { PageHeader } from '../../ui/PageHeader';
import { ErrorState } from '../../ui/States';
import { ChangesetDialog } from '../changeset/ChangesetDialog';
import { CodeEditor } from './CodeEditor';
import { ProblemList } from './ProblemList';
import css from './ScriptPage.module.css';
import { ScriptReference } from './ScriptReference';
import { completionSource } from './completion';

/** A script that does not exist yet, from its address: `opportunity.before_save`. */
function fresh(name: string): ScriptDocument {
  const [entity = '', hook = 'before_save'] = name.split('.');
  return { format: 1, name, entity, hook, source: t.build.scripts.start };
}

function useScriptNames(ws: string) {
  const query = useQuery({
    queryKey: keys.completions(ws),
    queryFn: () => api.completions(ws),
    staleTime: Infinity,
  });
  return query.data?.functions;
}

export function Component() {
  const { entity = '', hook = '' } = useParams();
  const name = `${entity}.${hook}`;
  const { catalogue } = useWorkspace();
  const stored = catalogue.scripts.find((one) => one.name === name);
  const document = useMemo(() => stored ?? fresh(name), [stored, name]);
  if (!catalogue.entities.has(document.entity ?? '')) {
    return <ErrorState error={new ApiError(404, {})} />;
  }
  return <Editor key={name} document={document} isStored={stored !== undefined} />;
}

function Editor({ document, isStored }: { document: ScriptDocument; isStored: boolean }) {
  const { ws, catalogue } = useWorkspace();
  const navigate = useNavigate();
  const key = `draft:script:${ws}:${document.name}`;
  const [source, setSource] = useState(() => recall<string>(key) ?? document.source);
  const [problems, setProblems] = useState<ScriptProblem[] | null>(null);
  const [goTo, setGoTo] = useState<{ line: number; column: number } | null>(null);
  const [operation, setOperation] = useState<Operation | null>(null);
  const names = useScriptNames(ws);
  const entity = catalogue.entities.get(document.entity ?? '');
  const complete = useMemo(() => completionSource(names ?? [], entity), [names, entity]);
  const isChanged = source !== document.source || !isStored;

  const change = (text: string) => {
    setSource(text);
    if (text === document.source) forget(key);
    else remember(key, text);
  };
  const check = useCallback(
    async (text: string) => {
      const { hook, entity: owner } = document;
      const reply = await api
        .checkScript(ws, { source: text, hook, entity: owner })
        .catch(() => null);
      setProblems(reply?.problems ?? null);
      return reply?.problems ?? [];
    },
    [ws, document],
  );
  const save = () =>
    isChanged && setOperation({ op: 'put', kind: 'script', document: { ...document, source } });
  const changeset = () => ({
    base_revision: catalogue.revision,
    operations: operation ? [operation] : [],
  });
  const hasErrors = problems?.some((problem) => problem.severity !== 'warning') ?? false;
  return (
    <div className={css.page}>
      <PageHeader
        crumbs={[
          { label: t.build.tabs.scripts, to: paths.build(ws, 'scripts') },
          { label: entity ? entityLabel(entity) : '' },
        ]}
        title={
          (t.build.scripts.hooks as Record<string, string>)[document.hook ?? ''] ?? document.name
        }
        actions={
          <>
            {isChanged && isStored && (
              <Button variant="subtle" color="gray" onClick={() => change(document.source)}>
                {t.build.changeset.discard}
              </Button>
            )}
            {isStored && !isChanged && (
              <Button
                variant="subtle"
                color="red"
                onClick={() => setOperation({ op: 'remove', kind: 'script', name: document.name })}
              >
                {t.build.scripts.remove}
              </Button>
            )}
            <Button disabled={!isChanged || hasErrors} onClick={save}>
              {t.build.changeset.previewAndPublish}
            </Button>
          </>
        }
      />
      <div className={css.columns}>
        <div className={css.main}>
          <div className={css.editor}>
            <CodeEditor
              label={t.build.scripts.editor}
              value={source}
              onChange={change}
              check={check}
              complete={complete}
              onSave={save}
              goTo={goTo}
            />
          </div>
          <ProblemList problems={problems} onGoTo={setGoTo} />
        </div>
        <aside className={css.side} aria-label={t.build.scripts.functions}>
          <ScriptReference names={names ?? []} entity={entity} />
        </aside>
      </div>
      {operation && (
        <ChangesetDialog
          preview={() => api.preview(ws, changeset())}
          publish={() => api.publish(ws, changeset())}
          onDone={() => {
            forget(key);
            setOperation(null);
            if (operation.op === 'remove') void navigate(paths.build(ws, 'scripts'));
          }}
          onClose={() => setOperation(null)}
        />
      )}
    </div>
  );
}
