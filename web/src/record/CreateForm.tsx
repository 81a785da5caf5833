/** The form for a new record, in a sheet over the page. */
import { Alert, Anchor, Button, Group, Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type FormEvent, useEffect, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { t } from '../i18n';
import { matchesKeys } from '../lib/keys';
import { peekTo } from '../lib/peek';
import type { Entity } from '../meta/catalogue';
import { entityLabel, titleOf } from '../meta/label';
import { PHONE } from '../ui/screen';
import { type CreateRequest, useSheets } from '../ui/sheets';
import { toast } from '../ui/toast';
import css from './CreateForm.module.css';
import { FormSections } from './FormSections';
import { useCreateDraft } from './use_create_draft';
import { useFormSections } from './use_form_sections';

export function CreateForm({ entity, request }: { entity: Entity; request: CreateRequest }) {
  const close = useSheets((state) => state.closeCreate);
  const isPhone = useMediaQuery(PHONE) ?? false;
  const location = useLocation();
  const navigate = useNavigate();
  const { submit, ...draft } = useCreateDraft(entity, request.presets);
  const sections = useFormSections(entity, draft.form.values);
  const formRef = useRef<HTMLFormElement>(null);
  const problems = Object.keys(draft.form.problems);
  const firstProblem = problems.find((name) => document.getElementById(`${draft.form.id}-${name}`));

  // The first field that was refused gets the focus, wherever it is on the form.
  useEffect(() => {
    if (firstProblem) document.getElementById(`${draft.form.id}-${firstProblem}`)?.focus();
  }, [firstProblem, draft.form.id]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (matchesKeys('mod+Enter', event)) formRef.current?.requestSubmit();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const record = await submit(sections);
    if (!record) return;
    close();
    toast.done(t.record.created(titleOf(entity, record) || t.common.untitled));
    if (request.onCreated) request.onCreated(record);
    else void navigate(peekTo(location, entity.name, record.id));
  };
  const first = sections
    .flatMap((section) => section.items)
    .find((item) => item.kind === 'field' && draft.form.canWrite(item.field));
  return (
    <Modal
      opened
      onClose={close}
      size={720}
      fullScreen={isPhone}
      title={t.record.newOne(entityLabel(entity, 'one'))}
      closeButtonProps={{ 'aria-label': t.common.close }}
      classNames={{ content: css.content! }}
      styles={{ body: { flex: 1, minHeight: 0, padding: 0 } }}
    >
      <form
        ref={formRef}
        className={css.form}
        noValidate
        onSubmit={(event) => void onSubmit(event)}
      >
        <div className={css.scroll}>
          {draft.isRestored && (
            <Alert variant="light" color="indigo" mb="md" p="xs">
              {t.record.restored}{' '}
              <Anchor component="button" type="button" size="sm" onClick={draft.discard}>
                {t.record.startAfresh}
              </Anchor>
            </Alert>
          )}
          {draft.head.length > 0 && (
            <Alert variant="light" color="red" mb="md" role="alert">
              {draft.head.map((line) => (
                <div key={line}>{line}</div>
              ))}
            </Alert>
          )}
          <FormSections sections={sections} form={draft.form} autoFocus={first?.field.name} />
        </div>
        <Group className={css.foot} justify="flex-end" gap="sm">
          <Button variant="default" size="sm" onClick={close}>
            {t.common.cancel}
          </Button>
          <Button type="submit" size="sm" loading={draft.isBusy}>
            {t.common.create}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
