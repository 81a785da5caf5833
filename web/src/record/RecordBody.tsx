/** A record to read and edit in place: title, stage, key facts, the form's sections, related lists. */
import { Alert } from '@mantine/core';
import { useEffect } from 'react';
import type { RecordRow } from '../api/types';
import { useWorkspace } from '../meta/use_meta';
import type { Entity } from '../meta/catalogue';
import { ConflictDialog } from './ConflictDialog';
import { FormSections } from './FormSections';
import { KeyFacts } from './KeyFacts';
import css from './RecordBody.module.css';
import { RelatedList } from './RelatedList';
import { StageBar } from './StageBar';
import { Title } from './Title';
import { plain } from './draft';
import { keyFacts, stageField } from './facts';
import { useFormSections } from './use_form_sections';
import type { RecordDraft } from './use_record_draft';

interface RecordBodyProps {
  entity: Entity;
  record: RecordRow;
  draft: RecordDraft;
  isNarrow?: boolean;
}

export function RecordBody({ entity, record, draft, isNarrow = false }: RecordBodyProps) {
  const { me } = useWorkspace();
  const { form } = draft;
  const refused = Object.keys(form.problems)[0];
  // The first refused field gets the focus, unless the person is in it already.
  useEffect(() => {
    const active = document.activeElement?.id ?? '';
    if (!refused || active === `${form.id}-${refused}`) return;
    document.getElementById(`${form.id}-${refused}`)?.focus();
  }, [refused, form.id]);
  const rights = me.entities[entity.name]?.fields ?? {};
  const stage = stageField(entity);
  const showsStage = stage !== undefined && rights[stage.name] !== undefined;
  const facts = keyFacts(entity, (name) => rights[name] !== undefined);
  // The title and the stage stand above; below they would only repeat themselves.
  const above = new Set([entity.document.title_field, ...(showsStage ? [stage.name] : [])]);
  const sections = useFormSections(entity, form.values)
    .map((section) => ({
      ...section,
      items: section.items.filter((item) => !above.has(item.field.name)),
    }))
    .filter((section) => section.items.length > 0);
  return (
    <div className={css.body} data-narrow={isNarrow || undefined}>
      <Title entity={entity} form={form} />
      {showsStage && (
        <div className={css.stage}>
          <StageBar
            field={stage}
            value={plain(form.values[stage.name]) as string | null}
            from={plain(record[stage.name]) as string | null}
            isWritable={form.canWrite(stage)}
            problem={form.problems[stage.name]}
            onMove={(name) => draft.put(stage.name, name)}
          />
        </div>
      )}
      <KeyFacts fields={facts} values={form.values} />
      {draft.head.length > 0 && (
        <Alert variant="light" color="red" mt="md" role="alert">
          {draft.head.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </Alert>
      )}
      <div className={css.sections}>
        <FormSections
          sections={sections}
          form={form}
          isQuiet
          isNarrow={isNarrow}
          renderRelated={(field, title) => (
            <RelatedList field={field} recordId={record.id} title={title} isNarrow={isNarrow} />
          )}
        />
      </div>
      {draft.conflict && (
        <ConflictDialog
          entity={entity}
          conflict={draft.conflict}
          onResolve={draft.resolve}
          onClose={draft.postpone}
        />
      )}
    </div>
  );
}
