/** Text of several lines. */
import { IconAlignLeft } from '@tabler/icons-react';
import { t } from '../i18n';
import { TEXT, defineField } from './define_field';
import { TextBox } from './parts/TextBox';
import css from './parts/parts.module.css';
import { setting } from './parts/setting';

const asText = (text: string) => text;

export default defineField<string>({
  type: 'long_text',
  icon: IconAlignLeft,
  label: () => t.fields.types.long_text,
  width: 280,
  isWide: true,
  Cell: ({ value, place }) =>
    place === 'page' ? (
      <span className={css.multiline}>{value}</span>
    ) : (
      <>{value.replace(/\s+/g, ' ')}</>
    ),
  Input: (props) => <TextBox {...props} lines={3} spellCheck show={asText} read={asText} />,
  check: (value, field) => {
    const max = field.settings?.max_length;
    const isLong = max != null && [...String(value)].length > max;
    return isLong ? t.fields.problems.text_too_long(max) : null;
  },
  toText: (value) => value ?? '',
  fromText: (text) => ({ ok: true, value: text }),
  typing: 'lines',
  operators: TEXT.filter((op) => op !== 'eq' && op !== 'ne'),
  settings: () => [
    setting('max_length', 'integer', t.fields.settings.max_length, { settings: { min: 1 } }),
  ],
});
