/** A type this version does not know: shown as JSON, never edited. */
import { IconQuestionMark } from '@tabler/icons-react';
import { t } from '../i18n';
import { defineField } from './define_field';

const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

export default defineField({
  type: 'unknown',
  icon: IconQuestionMark,
  label: () => t.fields.types.unknown,
  Cell: ({ value }) => <>{show(value)}</>,
  toText: (value) => (value == null ? '' : show(value)),
  operators: [],
});
