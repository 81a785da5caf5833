/** A web address; only http and https ever become a link. */
import { IconWorld } from '@tabler/icons-react';
import { t } from '../i18n';
import { TEXT, defineField } from './define_field';
import { External, OpenExternal } from './parts/External';
import { TextBox } from './parts/TextBox';

const asText = (text: string) => text.trim();

export default defineField<string>({
  type: 'url',
  icon: IconWorld,
  label: () => t.fields.types.url,
  width: 200,
  Cell: ({ value, place }) => (
    <External href={value} text={value.replace(/^https?:\/\/(www\.)?|\/$/g, '')} place={place} />
  ),
  Input: (props) => (
    <TextBox
      {...props}
      type="url"
      inputMode="url"
      show={String}
      read={asText}
      rightSection={
        <OpenExternal href={String(props.value)} isShown={!!props.value && !props.invalid} />
      }
    />
  ),
  check: (value) => (/^https?:\/\/[^\s/]+/.test(String(value)) ? null : t.fields.problems.url),
  toText: (value) => value ?? '',
  fromText: (text) => ({ ok: true, value: text.trim() }),
  typing: 'line',
  operators: TEXT,
  isSortable: true,
  settings: () => [],
});
