/** One of the workspace's tables, by its name; only in settings. */
import { IconTable } from '@tabler/icons-react';
import { defineField } from '../define_field';
import { later } from '../parts/later';

export default defineField<string>({
  type: 'entity',
  icon: IconTable,
  label: () => '',
  Cell: ({ value }) => <>{value}</>,
  Input: later(() => import('../parts/EntityInput')),
  toText: (value) => value ?? '',
  operators: [],
});
