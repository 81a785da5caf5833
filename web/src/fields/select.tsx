/** One of a fixed list of options. */
import { IconCircleChevronDown } from '@tabler/icons-react';
import { label, t } from '../i18n';
import { Pill } from '../ui/Pill';
import { EQUALITY, defineField } from './define_field';
import { OptionPicker } from './parts/pickers';
import { checkOption, choosable, findOption, optionText, readOption } from './parts/options';
import { setting } from './parts/setting';

export default defineField<string>({
  type: 'select',
  icon: IconCircleChevronDown,
  label: () => t.fields.types.select,
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
  settings: () => [setting('options', 'options', t.fields.settings.options, { required: true })],
  defaults: () => ({ options: [] }),
});
