/** One of the workspace's tables, by its name; only in settings. */
import { Select } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { defineField, type InputProps } from '../define_field';
import { entityLabel } from '../../meta/label';
import { useMeta } from '../../meta/use_meta';

function EntityInput(props: InputProps<string>) {
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

export default defineField<string>({
  type: 'entity',
  icon: IconTable,
  label: () => '',
  Cell: ({ value }) => <>{value}</>,
  Input: EntityInput,
  toText: (value) => value ?? '',
  operators: [],
});
