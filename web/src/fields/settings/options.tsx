/** The options of a select field, edited as a list; only in settings. */
import { IconList } from '@tabler/icons-react';
import type { Json } from '../../lib/json';
import { defineField } from '../define_field';
import { later } from '../parts/later';

const OptionEditor = later(() => import('../parts/OptionEditor'));

export default defineField<Json>({
  type: 'options',
  icon: IconList,
  label: () => '',
  isWide: true,
  Cell: () => null,
  Input: (props) => <OptionEditor {...props} />,
  toText: () => '',
  operators: [],
});
