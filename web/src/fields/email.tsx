/** An e-mail address. */
import { IconMail } from '@tabler/icons-react';
import { t } from '../i18n';
import { TEXT, defineField } from './define_field';
import { External, OpenExternal } from './parts/External';
import { TextBox } from './parts/TextBox';

const asText = (text: string) => text.trim();
const FORM = /^[^\s@<>"']+@[^\s@<>"']+\.[^\s@<>"'.]{2,}$/;

export default defineField<string>({
  type: 'email',
  icon: IconMail,
  label: () => t.fields.types.email,
  width: 210,
  Cell: ({ value, place }) => <External href={`mailto:${value}`} text={value} place={place} />,
  Input: (props) => (
    <TextBox
      {...props}
      type="email"
      inputMode="email"
      show={String}
      read={asText}
      rightSection={
        <OpenExternal href={`mailto:${props.value}`} isShown={!!props.value && !props.invalid} />
      }
    />
  ),
  check: (value) => (FORM.test(String(value)) ? null : t.fields.problems.email),
  toText: (value) => value ?? '',
  fromText: (text) => ({ ok: true, value: text.trim() }),
  typing: 'line',
  operators: TEXT,
  isSortable: true,
  settings: () => [],
});
