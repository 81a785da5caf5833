/** An entity's own properties: names, icon, which field is the title. */
import { ActionIcon, Button, Drawer, Group, Select, TextInput, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { EntityDocument, Label } from '../../api/types';
import { label, t } from '../../i18n';
import { EntityIcon } from '../../ui/EntityIcon';
import { ICONS } from '../../ui/icon_set';
import { MORE_ICONS } from '../../ui/more_icons';
import { PHONE } from '../../ui/screen';
import css from '../design.module.css';
import icons from './EntitySheet.module.css';

interface EntitySheetProps {
  document: EntityDocument;
  onChange: (document: EntityDocument) => void;
  onClose: () => void;
}

/** Types that say in a word what a record is. */
const TITLES = new Set(['text', 'email', 'phone', 'url', 'integer', 'date', 'link']);

export function LabelInputs(props: {
  value: Label;
  names: { en: string; zh: string };
  error?: string | undefined;
  onChange: (label: Label) => void;
}) {
  const { value, names, onChange } = props;
  return (
    <>
      <TextInput
        label={names.en}
        error={props.error}
        value={value.en ?? ''}
        onChange={(event) => onChange({ ...value, en: event.currentTarget.value })}
      />
      <TextInput
        label={names.zh}
        value={value['zh-CN'] ?? ''}
        onChange={(event) => onChange({ ...value, 'zh-CN': event.currentTarget.value })}
      />
    </>
  );
}

export function IconPicker(props: { value: string | undefined; onChange: (name: string) => void }) {
  return (
    <div className={icons.icons} role="radiogroup" aria-label={t.build.entities.icon}>
      {[...Object.keys(ICONS), ...Object.keys(MORE_ICONS)].map((name) => (
        <Tooltip key={name} label={name}>
          <ActionIcon
            role="radio"
            aria-checked={name === props.value}
            aria-label={name}
            variant={name === props.value ? 'light' : 'subtle'}
            color={name === props.value ? 'indigo' : 'gray'}
            size="lg"
            onClick={() => props.onChange(name)}
          >
            <EntityIcon name={name} size={18} />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}

export function EntitySheet({ document, onChange, onClose }: EntitySheetProps) {
  const isPhone = useMediaQuery(PHONE) ?? false;
  const b = t.build.entities;
  return (
    <Drawer
      opened
      position="right"
      size={isPhone ? '100%' : 440}
      title={b.settings}
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={onClose}
    >
      <div className={css.grid}>
        <LabelInputs
          value={document.label}
          names={{ en: b.labelEn, zh: b.labelZh }}
          onChange={(next) => onChange({ ...document, label: next })}
        />
        <LabelInputs
          value={document.plural ?? {}}
          names={{ en: b.pluralEn, zh: b.pluralZh }}
          onChange={(next) => onChange({ ...document, plural: next })}
        />
        <TextInput
          label={b.name}
          value={document.name}
          onChange={(event) => onChange({ ...document, name: event.currentTarget.value })}
        />
        <Select
          label={b.titleField}
          allowDeselect={false}
          data={document.fields
            .filter((field) => TITLES.has(field.type))
            .map((field) => ({ value: field.name, label: label(field.label, field.name) }))}
          value={document.title_field}
          onChange={(name) => name && onChange({ ...document, title_field: name })}
        />
        <div className={css.wide}>
          <div className={icons.label}>{b.icon}</div>
          <IconPicker value={document.icon} onChange={(icon) => onChange({ ...document, icon })} />
        </div>
      </div>
      <Group mt="xl" justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t.common.done}
        </Button>
      </Group>
    </Drawer>
  );
}
