/** The board view. */
import { IconLayoutKanban } from '@tabler/icons-react';
import { lazy } from 'react';
import { t } from '../../i18n';
import { defineView } from '../define_view';
import { beginBoard } from './board';

/** Loaded with the first board. */
const Board = lazy(() => import('./Board'));
const BoardTools = lazy(() => import('./BoardTools'));

export default defineView({
  type: 'kanban',
  icon: IconLayoutKanban,
  label: () => t.views.tabs.kanban,
  Body: Board,
  Tools: BoardTools,
  hasColumns: false,
  begin: beginBoard,
});
