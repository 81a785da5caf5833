/** The roles of a user; given by administrators, only shown here. */
import { IconShieldCheck } from '@tabler/icons-react';
import { t } from '../i18n';
import type { Json } from '../lib/json';
import { EQUALITY, defineField } from './define_field';

const names = (value: Json) => (Array.isArray(value) ? value.map(String) : []);

export default defineField<Json>({
  type: 'roles',
  icon: IconShieldCheck,
  label: () => t.fields.types.roles,
  width: 160,
  Cell: ({ value }) => <>{names(value).join(', ')}</>,
  toText: (value) => (value === null ? '' : names(value).join(', ')),
  operators: EQUALITY.filter((op) => op === 'empty' || op === 'not_empty'),
});
