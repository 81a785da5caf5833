/** The stages of a stage field: options that are open, won or lost; only in settings. */
import { IconList } from '@tabler/icons-react';
import type { Json } from '../../lib/json';
import { defineField } from '../define_field';
import { later } from '../parts/later';

const OptionEditor = later(() => import('../parts/OptionEditor'));

export default defineField<Json>({
  type: 'stages',
  icon: IconList,
  label: () => '',
  isWide: true,
  Cell: () => null,
  Input: (props) => <OptionEditor {...props} isStage />,
  toText: () => '',
  operators: [],
});
