/** Names a new table; the preview then shows what publishing it makes. */
import { Button, Group, Modal, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { documents as api } from '../../api/documents';
import type { Label } from '../../api/types';
import { label, t } from '../../i18n';
import { paths } from '../../lib/paths';
import { isMachineName, machineName } from '../../lib/text';
import { useWorkspace } from '../../meta/use_meta';
import { ChangesetDialog } from '../changeset/ChangesetDialog';
import css from '../design.module.css';
import { IconPicker, LabelInputs } from './EntitySheet';
import { newEntityOperations } from './new_entity';

export function NewEntity({ onClose }: { onClose: () => void }) {
  const { ws, catalogue } = useWorkspace();
  const navigate = useNavigate();
  const apps = catalogue.apps.filter((app) => app.name !== 'base');
  const [names, setNames] = useState<Label>({});
  const [plural, setPlural] = useState<Label>({});
  const [ownName, setOwnName] = useState<string | null>(null);
  const [icon, setIcon] = useState('table');
  const [appName, setAppName] = useState<string | null>(apps[0]?.name ?? null);
  const [isChecked, setChecked] = useState(false);
  const [isPreview, setPreview] = useState(false);
  const b = t.build.entities;
  const name = ownName ?? machineName(names.en ?? '');
  const nameProblem = !isMachineName(name)
    ? b.nameWrong
    : catalogue.entities.has(name)
      ? b.nameTaken
      : undefined;
  const labelProblem = names.en || names['zh-CN'] ? undefined : b.labelMissing;

  const changeset = () => ({
    base_revision: catalogue.revision,
    operations: newEntityOperations({
      name,
      label: names,
      plural,
      icon,
      app: apps.find((app) => app.name === appName),
    }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    setPreview(!nameProblem && !labelProblem);
  };
  if (isPreview) {
    return (
      <ChangesetDialog
        preview={() => api.preview(ws, changeset())}
        publish={() => api.publish(ws, changeset())}
        onDone={() => void navigate(paths.build(ws, 'entities', name))}
        onClose={() => setPreview(false)}
      />
    );
  }
  return (
    <Modal
      opened
      size="lg"
      title={b.new}
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={onClose}
    >
      <form onSubmit={submit}>
        <div className={css.grid}>
          <LabelInputs
            value={names}
            names={{ en: b.labelEn, zh: b.labelZh }}
            error={isChecked ? labelProblem : undefined}
            onChange={setNames}
          />
          <LabelInputs
            value={plural}
            names={{ en: b.pluralEn, zh: b.pluralZh }}
            onChange={setPlural}
          />
          <TextInput
            label={b.name}
            description={b.nameHelp}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            error={isChecked ? nameProblem : undefined}
            value={name}
            onChange={(event) => setOwnName(event.currentTarget.value)}
          />
          <Select
            label={b.app}
            data={apps.map((app) => ({ value: app.name, label: label(app.label, app.name) }))}
            value={appName}
            onChange={setAppName}
          />
          <div className={css.wide}>
            <IconPicker value={icon} onChange={setIcon} />
          </div>
        </div>
        <Group justify="flex-end" gap="sm" mt="lg">
          <Button variant="default" size="sm" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button size="sm" type="submit">
            {t.build.changeset.previewAndPublish}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
