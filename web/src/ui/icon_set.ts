/** The icons that the first menus show; `more_icons` has the others. */
import {
  IconBolt,
  IconBuilding,
  IconCalendarEvent,
  IconChecklist,
  IconFile,
  IconIdBadge,
  IconList,
  IconPackage,
  IconRobot,
  IconSettings,
  IconTable,
  IconTarget,
  IconUser,
  IconUsers,
} from '@tabler/icons-react';

export const ICONS = {
  table: IconTable,
  target: IconTarget,
  building: IconBuilding,
  user: IconUser,
  users: IconUsers,
  'id-badge': IconIdBadge,
  package: IconPackage,
  'calendar-event': IconCalendarEvent,
  bolt: IconBolt,
  list: IconList,
  checklist: IconChecklist,
  settings: IconSettings,
  file: IconFile,
  robot: IconRobot,
};
