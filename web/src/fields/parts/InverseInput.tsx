/** How a link is seen from its target: a name and its labels, or nothing. */
import { Checkbox, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { t } from '../../i18n';
import { type Json, isObject } from '../../lib/json';
import { machineName } from '../../lib/text';
import type { InputProps } from '../define_field';

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export default function InverseInput({ value, onChange, ...props }: InputProps<Json>) {
  const inverse = isObject(value) ? value : null;
  const label = inverse && isObject(inverse['label']) ? inverse['label'] : {};
  const change = (language: 'en' | 'zh-CN', next: string) => {
    const labels = { ...label, [language]: next };
    const made = machineName(text(label['en']));
    const isOwn = text(inverse?.['name']) !== '' && text(inverse?.['name']) !== made;
    onChange({
      name: isOwn ? text(inverse?.['name']) : machineName(text(labels['en'])),
      label: labels,
    });
  };
  return (
    <Stack gap="xs">
      <Checkbox
        id={props.id}
        label={t.build.field.inverse}
        checked={inverse !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? { name: '', label: {} } : null)}
      />
      {inverse && (
        <SimpleGrid cols={2} spacing="sm">
          <TextInput
            label={t.build.entities.labelEn}
            value={text(label['en'])}
            onChange={(event) => change('en', event.currentTarget.value)}
          />
          <TextInput
            label={t.build.entities.labelZh}
            value={text(label['zh-CN'])}
            onChange={(event) => change('zh-CN', event.currentTarget.value)}
          />
          <TextInput
            label={t.build.entities.name}
            error={props.invalid}
            value={text(inverse['name'])}
            onChange={(event) => onChange({ ...inverse, name: event.currentTarget.value })}
          />
        </SimpleGrid>
      )}
    </Stack>
  );
}
