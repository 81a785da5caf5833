/** How often a record was written; built in. */
import { IconVersions } from '@tabler/icons-react';
import { t } from '../i18n';
import { ORDER, defineField } from './define_field';
import css from './parts/parts.module.css';

export default defineField<number>({
  type: 'revision',
  icon: IconVersions,
  label: () => t.fields.types.revision,
  align: 'end',
  width: 90,
  Cell: ({ value }) => <span className={css.number}>{value}</span>,
  toText: (value) => (value == null ? '' : String(value)),
  operators: ORDER.filter((op) => op !== 'empty' && op !== 'not_empty'),
  isSortable: true,
});
