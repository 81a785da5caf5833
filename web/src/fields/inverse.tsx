/** The records that link here; virtual, shown as their count in a cell and as a list on the page. */
import { IconArrowBackUp } from '@tabler/icons-react';
import { count, t } from '../i18n';
import { type Json, isObject } from '../lib/json';
import { defineField } from './define_field';
import css from './parts/parts.module.css';

const countOf = (value: Json) => (isObject(value) ? Number(value['count'] ?? 0) : 0);

export default defineField<Json>({
  type: 'inverse',
  icon: IconArrowBackUp,
  label: () => t.fields.types.inverse,
  align: 'end',
  width: 110,
  Cell: ({ value }) => <span className={css.number}>{count(countOf(value))}</span>,
  toText: (value) => (value == null ? '' : String(countOf(value))),
  operators: [],
});
