/** A state machine: options in order, each open, won or lost, each with its next stages. */
import { IconArrowGuide } from '@tabler/icons-react';
import { label, t } from '../i18n';
import { Pill } from '../ui/Pill';
import { EQUALITY, defineField } from './define_field';
import { OptionPicker } from './parts/pickers';
import { checkOption, choosable, findOption, optionText, readOption } from './parts/options';
import { setting } from './parts/setting';

export default defineField<string>({
  type: 'stage',
  icon: IconArrowGuide,
  label: () => t.fields.types.stage,
  width: 150,
  Cell: ({ value, field }) => {
    const option = findOption(field, value);
    return <Pill color={option?.color}>{label(option?.label, value)}</Pill>;
  },
  Input: (props) => <OptionPicker {...props} options={choosable(props.field, props.value)} />,
  check: checkOption,
  toText: (value, field) => optionText(field, value),
  fromText: readOption,
  operators: EQUALITY,
  isSortable: true,
  settings: () => [setting('options', 'stages', t.fields.settings.options, { required: true })],
  defaults: () => ({ options: [] }),
});
