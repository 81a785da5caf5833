/** How a link is seen from its target; only in settings. */
import { IconArrowBackUp } from '@tabler/icons-react';
import type { Json } from '../../lib/json';
import { defineField } from '../define_field';
import { later } from '../parts/later';

export default defineField<Json>({
  type: 'inverse_name',
  icon: IconArrowBackUp,
  label: () => '',
  isWide: true,
  Cell: () => null,
  Input: later(() => import('../parts/InverseInput')),
  toText: () => '',
  operators: [],
});
