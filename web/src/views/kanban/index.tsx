/** The board view. */
import { IconLayoutKanban } from '@tabler/icons-react';
import { t } from '../../i18n';
import { defineView } from '../define_view';
import { Board } from './Board';
import { BoardTools } from './BoardTools';
import { beginBoard } from './board';

export default defineView({
  type: 'kanban',
  icon: IconLayoutKanban,
  label: () => t.views.tabs.kanban,
  Body: Board,
  Tools: BoardTools,
  hasColumns: false,
  begin: beginBoard,
});
