/** An entity's fields as a list; what is changed is kept until it is previewed and published. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconExternalLink,
  IconSettings,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ApiError } from '../../api/client';
import { documents as api } from '../../api/documents';
import type { Field } from '../../api/types';
import { t } from '../../i18n';
import { paths } from '../../lib/paths';
import type { Entity } from '../../meta/catalogue';
import { entityLabel } from '../../meta/label';
import { useWorkspace } from '../../meta/use_meta';
import { EntityIcon } from '../../ui/EntityIcon';
import { Page } from '../../ui/Page';
import { PageHeader } from '../../ui/PageHeader';
import { ErrorState } from '../../ui/States';
import { ChangesetDialog } from '../changeset/ChangesetDialog';
import css from '../design.module.css';
import { EntitySheet } from './EntitySheet';
import { FieldList } from './FieldList';
import { FieldSheet } from './FieldSheet';
import { TypePicker } from './TypePicker';
import { isNew, moveField, putField, removeField, setShown, toOperations } from './entity_draft';
import { checkField } from './field_values';
import { useEntityDraft } from './use_entity_draft';

type Open =
  { kind: 'types' } | { kind: 'field'; id: string } | { kind: 'entity' } | { kind: 'preview' };

function Designer({ entity }: { entity: Entity }) {
  const { ws, catalogue } = useWorkspace();
  const navigate = useNavigate();
  const { draft, changes, change, history, discard } = useEntityDraft(entity.document);
  const [open, setOpen] = useState<Open | null>(null);
  const [isChecked, setChecked] = useState(false);
  const { document } = draft;
  const field =
    open?.kind === 'field' ? document.fields.find((one) => one.id === open.id) : undefined;
  const problemsOf = (one: Field) => (isChecked ? checkField(one, document.fields) : {});

  const preview = () => {
    const wrong = document.fields.find(
      (one) => Object.keys(checkField(one, document.fields)).length > 0,
    );
    setChecked(true);
    setOpen(wrong ? { kind: 'field', id: wrong.id } : { kind: 'preview' });
  };
  const changeset = () => ({
    base_revision: catalogue.revision,
    operations: toOperations(draft, catalogue.documents),
  });
  const add = (fresh: Field) => {
    change((current) => setShown(putField(current, fresh), fresh.id, true));
    setChecked(false);
    setOpen({ kind: 'field', id: fresh.id });
  };
  const remove = (id: string) => {
    change((current) => removeField(current, id));
    setOpen(null);
  };
  const isSystem = (document as { kernel?: unknown }).kernel !== undefined;
  return (
    <Page
      width="wide"
      header={
        <PageHeader
          crumbs={[{ label: t.build.tabs.entities, to: paths.build(ws, 'entities') }]}
          icon={<EntityIcon name={document.icon} />}
          title={entityLabel(entity)}
          beside={
            <>
              <Tooltip label={t.build.entities.settings}>
                <ActionIcon
                  aria-label={t.build.entities.settings}
                  onClick={() => setOpen({ kind: 'entity' })}
                >
                  <IconSettings size={16} stroke={1.5} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label={t.build.entities.open}>
                <ActionIcon
                  component={Link}
                  to={paths.list(ws, entity.name)}
                  aria-label={t.build.entities.open}
                >
                  <IconExternalLink size={16} stroke={1.5} />
                </ActionIcon>
              </Tooltip>
            </>
          }
          actions={
            <>
              <Tooltip label={t.common.undo}>
                <ActionIcon
                  aria-label={t.common.undo}
                  disabled={!history.canUndo}
                  onClick={history.undo}
                >
                  <IconArrowBackUp size={18} stroke={1.5} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label={t.build.changeset.redo}>
                <ActionIcon
                  aria-label={t.build.changeset.redo}
                  disabled={!history.canRedo}
                  onClick={history.redo}
                >
                  <IconArrowForwardUp size={18} stroke={1.5} />
                </ActionIcon>
              </Tooltip>
              <Button
                variant={changes > 0 ? 'default' : 'filled'}
                disabled={isSystem}
                onClick={() => setOpen({ kind: 'types' })}
              >
                {t.build.field.add}
              </Button>
            </>
          }
        />
      }
    >
      <FieldList
        base={entity.document}
        document={document}
        problemsOf={problemsOf}
        onOpen={(id) => setOpen({ kind: 'field', id })}
        onMove={(id, by) => change((current) => moveField(current, id, by))}
      />
      {changes > 0 && (
        <div className={css.bar}>
          <span>
            {t.build.changeset.changes(changes)}{' '}
            <span className={css.faint}>· {t.build.changeset.kept}</span>
          </span>
          <Button variant="subtle" color="gray" onClick={discard}>
            {t.build.changeset.discard}
          </Button>
          <Button onClick={preview}>{t.build.changeset.previewAndPublish}</Button>
        </div>
      )}
      {open?.kind === 'types' && <TypePicker onPick={add} onClose={() => setOpen(null)} />}
      {field && (
        <FieldSheet
          key={field.id}
          field={field}
          problems={problemsOf(field)}
          isShown={draft.shown.includes(field.id)}
          isTitle={field.name === document.title_field && !isNew(field)}
          onChange={(next) => change((current) => putField(current, next))}
          onShown={(isShown) => change((current) => setShown(current, field.id, isShown))}
          onMove={(by) => change((current) => moveField(current, field.id, by))}
          onRemove={() => remove(field.id)}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.kind === 'entity' && (
        <EntitySheet
          document={document}
          onChange={(next) => change((current) => ({ ...current, document: next }))}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.kind === 'preview' && (
        <ChangesetDialog
          preview={() => api.preview(ws, changeset())}
          publish={() => api.publish(ws, changeset())}
          onDone={() => {
            discard();
            setOpen(null);
            if (document.name !== entity.name) {
              void navigate(paths.build(ws, 'entities', document.name), { replace: true });
            }
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </Page>
  );
}

export function Component() {
  const { entity: name = '' } = useParams();
  const { catalogue } = useWorkspace();
  const entity = catalogue.entities.get(name);
  if (!entity) return <ErrorState error={new ApiError(404, {})} />;
  return <Designer key={entity.document.id} entity={entity} />;
}
