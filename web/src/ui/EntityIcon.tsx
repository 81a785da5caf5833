/** An entity's icon by the name in its document; an unknown name gets the table. */
import type { Icon } from '@tabler/icons-react';
import { Suspense, use } from 'react';
import { ICONS } from './icon_set';

const first: Record<string, Icon> = ICONS;
let more: Promise<Record<string, Icon>> | undefined;

function loadMore(): Promise<Record<string, Icon>> {
  more ??= import('./more_icons').then((module) => module.MORE_ICONS);
  return more;
}

interface EntityIconProps {
  name: string | undefined;
  size?: number;
}

function MoreIcon({ name, size }: { name: string; size: number }) {
  const Shown = use(loadMore())[name] ?? ICONS.table;
  return <Shown size={size} stroke={1.5} aria-hidden />;
}

export function EntityIcon({ name = 'table', size = 16 }: EntityIconProps) {
  const Known = first[name];
  if (Known) return <Known size={size} stroke={1.5} aria-hidden />;
  return (
    <Suspense fallback={<svg width={size} height={size} aria-hidden />}>
      <MoreIcon name={name} size={size} />
    </Suspense>
  );
}
