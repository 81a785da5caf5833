/** An entity's icon by the name in its document; an unknown name gets the table. */
import { ICONS, type IconName } from './icon_set';

export function EntityIcon({ name, size = 16 }: { name: string | undefined; size?: number }) {
  const Icon = ICONS[name as IconName] ?? ICONS.table;
  return <Icon size={size} stroke={1.5} aria-hidden />;
}
