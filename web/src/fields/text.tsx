/** One line of text. */
import { IconLetterT } from '@tabler/icons-react';
import { label, t } from '../i18n';
import { TEXT, defineField } from './define_field';
import { TextBox } from './parts/TextBox';
import { setting } from './parts/setting';

const asText = (text: string) => text;

export default defineField<string>({
  type: 'text',
  icon: IconLetterT,
  label: () => t.fields.types.text,
  width: 200,
  Cell: ({ value }) => <>{value}</>,
  Input: (props) => <TextBox {...props} show={asText} read={asText} />,
  check: (value, field) => {
    const { max_length: max, pattern, pattern_message: message } = field.settings ?? {};
    if (max != null && [...String(value)].length > max) return t.fields.problems.text_too_long(max);
    if (pattern && !matches(pattern, String(value))) {
      return (typeof message === 'string' ? message : label(message)) || t.fields.problems.pattern;
    }
    return null;
  },
  toText: (value) => value ?? '',
  fromText: (text) => ({ ok: true, value: text }),
  typing: 'line',
  operators: TEXT,
  isSortable: true,
  settings: () => [
    setting('max_length', 'integer', t.fields.settings.max_length, { settings: { min: 1 } }),
    setting('pattern', 'text', t.fields.settings.pattern, { help: t.fields.settings.patternHelp }),
    setting('pattern_message', 'text', t.fields.settings.pattern_message),
  ],
});

/** The server decides with a linear engine; what this browser cannot compile it does not judge. */
function matches(pattern: string, text: string): boolean {
  if (text.length > 1000) return true;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(text);
  } catch {
    return true;
  }
}
