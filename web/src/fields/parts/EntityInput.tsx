/** Chooses one of the workspace's tables. */
import { Select } from '@mantine/core';
import { entityLabel } from '../../meta/label';
import { useMeta } from '../../meta/use_meta';
import type { InputProps } from '../define_field';

export default function EntityInput(props: InputProps<string>) {
  const { entities } = useMeta();
  return (
    <Select
      id={props.id}
      searchable
      allowDeselect={!props.field.required}
      disabled={props.disabled}
      error={props.invalid}
      aria-describedby={props['aria-describedby']}
      data={[...entities.values()].map((entity) => ({
        value: entity.name,
        label: entityLabel(entity),
      }))}
      value={props.value}
      onChange={(value) => {
        props.onChange(value);
        props.onCommit?.();
      }}
    />
  );
}
