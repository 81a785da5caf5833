/** The built-in id of a record. */
import { IconHash } from '@tabler/icons-react';
import { t } from '../i18n';
import { EQUALITY, defineField } from './define_field';
import css from './parts/parts.module.css';

export default defineField<string>({
  type: 'id',
  icon: IconHash,
  label: () => t.fields.types.id,
  width: 290,
  Cell: ({ value }) => <span className={`${css.number} ${css.quiet}`}>{value}</span>,
  toText: (value) => value ?? '',
  operators: EQUALITY.filter((op) => op !== 'empty' && op !== 'not_empty'),
});
