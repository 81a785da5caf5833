/** The apps' navigation as links, in groups that fold. */
import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { paths, readPlace } from '../lib/paths';
import { recall, remember } from '../lib/storage';
import { EntityIcon } from '../ui/EntityIcon';
import css from './Sidebar.module.css';
import type { NavEntry, NavGroup } from './navigation';

interface NavGroupsProps {
  groups: NavGroup[];
  ws: string;
  onFollow?: () => void;
}

function useIsHere(): (entry: NavEntry) => boolean {
  const place = readPlace(useLocation().pathname);
  return (entry) =>
    place?.entity === entry.entity.name &&
    (entry.view
      ? place.view === entry.view
      : place.area === 'record' || !place.view || !entry.view);
}

function Group({
  group,
  ws,
  onFollow,
  isInner,
}: NavGroupsProps & { group: NavGroup; isInner?: boolean }) {
  const key = `nav-closed:${ws}:${group.key}`;
  const [isOpen, setOpen] = useState(!recall<boolean>(key));
  const isHere = useIsHere();
  const marked = group.entries.filter(isHere);
  // The most precise entry is the current one: its view before the whole entity.
  const current = marked.find((entry) => entry.view) ?? marked[0];
  const toggle = () => {
    remember(key, isOpen || undefined);
    setOpen(!isOpen);
  };
  return (
    <div className={isInner ? css.inner : undefined}>
      <UnstyledButton className={css.groupHead} aria-expanded={isOpen} onClick={toggle}>
        <span className={css.text}>{group.label}</span>
        {isOpen ? (
          <IconChevronDown size={14} stroke={1.5} aria-hidden />
        ) : (
          <IconChevronRight size={14} stroke={1.5} aria-hidden />
        )}
      </UnstyledButton>
      {isOpen &&
        group.entries.map((entry) => (
          <Link
            key={entry.key}
            className={css.item}
            to={paths.list(ws, entry.entity.name, entry.view)}
            aria-current={entry === current ? 'page' : undefined}
            onClick={onFollow}
          >
            <EntityIcon name={entry.icon} />
            <span className={css.text}>{entry.label}</span>
          </Link>
        ))}
      {isOpen &&
        group.groups.map((inner) => (
          <Group key={inner.key} groups={[]} group={inner} ws={ws} onFollow={onFollow} isInner />
        ))}
    </div>
  );
}

export function NavGroups({ groups, ws, onFollow }: NavGroupsProps) {
  return (
    <>
      {groups.map((group) => (
        <Group key={group.key} groups={[]} group={group} ws={ws} onFollow={onFollow} />
      ))}
    </>
  );
}
