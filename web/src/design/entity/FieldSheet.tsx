/** One field of an entity: names, rules, and the settings of its type, drawn by the record form. */
import { ActionIcon, Button, Checkbox, Drawer, Group, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Field } from '../../api/types';
import { kindOf } from '../../fields';
import { label, t } from '../../i18n';
import { FieldRow } from '../../record/FieldRow';
import { PHONE } from '../../ui/screen';
import { useValuesForm } from '../core/use_values_form';
import css from './FieldSheet.module.css';
import { isNew } from './entity_draft';
import { followLabel, formOf, fromValues, toValues } from './field_values';

interface FieldSheetProps {
  field: Field;
  problems: Record<string, string>;
  isShown: boolean;
  isTitle: boolean;
  onChange: (field: Field) => void;
  onShown: (isShown: boolean) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
  onClose: () => void;
}

export function FieldSheet(props: FieldSheetProps) {
  const { field, problems, onChange } = props;
  const isPhone = useMediaQuery(PHONE) ?? false;
  const kind = kindOf(field);
  const groups = formOf(field);
  const values = useMemo(() => toValues(field), [field]);
  const form = useValuesForm(
    'field',
    values,
    (next) => onChange(fromValues(field, followLabel(field, next))),
    problems,
  );
  const rows = (fields: Field[], narrow: boolean) =>
    fields.map((one, index) => (
      <FieldRow
        key={one.name}
        field={one}
        form={form}
        width={narrow && !kindOf(one).isWide && one.name !== 'name' ? 6 : 12}
        autoFocus={isNew(field) && one.name === 'label_en' && index === 0}
      />
    ));
  return (
    <Drawer
      opened
      position="right"
      size={isPhone ? '100%' : 440}
      title={
        <span className={css.title}>
          <kind.icon size={18} stroke={1.5} aria-hidden />
          {label(field.label, field.name) || t.build.field.edit}
          <span className={css.type}>{kind.label()}</span>
        </span>
      }
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={props.onClose}
    >
      <div className={css.group}>{rows(groups.texts, true)}</div>
      {groups.settings.length > 0 && (
        <section>
          <h3 className={css.head}>{t.build.field.settings}</h3>
          <div className={css.group}>{rows(groups.settings, true)}</div>
        </section>
      )}
      <section>
        <h3 className={css.head}>{t.build.field.rules}</h3>
        <div className={css.group}>{rows(groups.rules, true)}</div>
      </section>
      {isNew(field) && (
        <Checkbox
          mt="md"
          label={t.build.field.shown}
          checked={props.isShown}
          onChange={(event) => props.onShown(event.currentTarget.checked)}
        />
      )}
      <Group mt="xl" gap="xs">
        <Tooltip label={t.build.field.up}>
          <ActionIcon
            variant="default"
            aria-label={t.build.field.up}
            onClick={() => props.onMove(-1)}
          >
            <IconArrowUp size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t.build.field.down}>
          <ActionIcon
            variant="default"
            aria-label={t.build.field.down}
            onClick={() => props.onMove(1)}
          >
            <IconArrowDown size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
        {!props.isTitle && (
          <Tooltip label={t.build.field.removeHelp}>
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={16} stroke={1.5} />}
              onClick={props.onRemove}
            >
              {t.build.field.remove}
            </Button>
          </Tooltip>
        )}
        <Button ml="auto" variant="default" onClick={props.onClose}>
          {t.common.done}
        </Button>
      </Group>
    </Drawer>
  );
}
