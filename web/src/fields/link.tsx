/** A link to one record of another entity. */
import { IconLink } from '@tabler/icons-react';
import { t } from '../i18n';
import { type Json, isObject } from '../lib/json';
import { EQUALITY, defineField } from './define_field';
import { LinkChip } from './parts/LinkChip';
import { RecordPicker } from './parts/pickers';
import { choice, setting } from './parts/setting';

export default defineField<Json>({
  type: 'link',
  icon: IconLink,
  label: () => t.fields.types.link,
  width: 180,
  Cell: ({ value, field, place }) => (
    <LinkChip entity={field.settings?.to ?? ''} value={value} place={place} />
  ),
  Input: (props) => <RecordPicker {...props} entity={props.field.settings?.to ?? ''} />,
  toText: (value) => {
    if (isObject(value)) return String(value['title'] ?? value['id'] ?? '');
    return value == null ? '' : String(value);
  },
  /** Only ids: titles are not unique, so a pasted title would be a guess. */
  fromText: (text) =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text.trim())
      ? { ok: true, value: text.trim().toLowerCase() }
      : { ok: false, message: t.fields.problems.link_text },
  operators: EQUALITY,
  settings: () => [
    setting('to', 'entity', t.fields.settings.to, { required: true }),
    setting('on_delete', 'select', t.fields.settings.on_delete, {
      required: true,
      settings: {
        options: [
          choice('set_null', t.fields.settings.set_null),
          choice('restrict', t.fields.settings.restrict),
          choice('cascade', t.fields.settings.cascade),
        ],
      },
    }),
    setting('inverse', 'inverse_name', t.fields.settings.inverse),
  ],
  defaults: () => ({ on_delete: 'set_null' }),
});
