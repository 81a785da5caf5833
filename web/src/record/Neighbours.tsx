/** To the record before and after, in the order of the list one came from. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useEffect } from 'react';
import { t } from '../i18n';
import { isTyping, matchesKeys } from '../lib/keys';
import type { Entity } from '../meta/catalogue';
import { neighboursOf } from './neighbours';

interface NeighboursProps {
  entity: Entity;
  id: string;
  go: (id: string) => void;
}

export function Neighbours({ entity, id, go }: NeighboursProps) {
  const { before, after } = neighboursOf(entity.name, id);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      const target = matchesKeys('k', event) ? before : matchesKeys('j', event) ? after : undefined;
      if (!target) return;
      event.preventDefault();
      go(target);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [before, after, go]);
  if (!before && !after) return null;
  const buttons = [
    { label: t.record.before, target: before, Icon: IconChevronUp },
    { label: t.record.after, target: after, Icon: IconChevronDown },
  ];
  return buttons.map(({ label, target, Icon }) => (
    <Tooltip key={label} label={label}>
      <ActionIcon aria-label={label} disabled={!target} onClick={() => target && go(target)}>
        <Icon size={18} stroke={1.5} />
      </ActionIcon>
    </Tooltip>
  ));
}
