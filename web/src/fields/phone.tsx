/** A phone number. */
import { IconPhone } from '@tabler/icons-react';
import { t } from '../i18n';
import { TEXT, defineField } from './define_field';
import { External, OpenExternal } from './parts/External';
import { TextBox } from './parts/TextBox';
import { setting } from './parts/setting';

const asText = (text: string) => text.normalize('NFKC').trim();

export default defineField<string>({
  type: 'phone',
  icon: IconPhone,
  label: () => t.fields.types.phone,
  width: 160,
  Cell: ({ value, place }) => (
    <External href={`tel:${value.replace(/[^\d+]/g, '')}`} text={value} place={place} />
  ),
  Input: (props) => (
    <TextBox
      {...props}
      type="tel"
      inputMode="tel"
      show={String}
      read={asText}
      rightSection={
        <OpenExternal
          href={`tel:${String(props.value).replace(/[^\d+]/g, '')}`}
          isShown={!!props.value && !props.invalid}
        />
      }
    />
  ),
  check: (value) =>
    /\d{3}/.test(String(value).replace(/\D/g, '')) ? null : t.fields.problems.phone,
  toText: (value) => value ?? '',
  fromText: (text) => ({ ok: true, value: asText(text) }),
  typing: 'line',
  operators: TEXT,
  isSortable: true,
  settings: () => [
    setting('region', 'text', t.fields.settings.region, {
      settings: { max_length: 2, pattern: '[A-Z]{2}' },
    }),
  ],
});
