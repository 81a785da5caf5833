/** A tool's panel: a popover below its button, on a phone a sheet from the bottom. */
import { Popover, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Suspense, lazy, useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { PHONE } from '../ui/screen';
import css from './views.module.css';

const PanelSheet = lazy(() => import('./PanelSheet'));

interface PanelProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** The button; its own click opens and closes. */
  target: ReactNode;
  width?: number;
  /** The first input has the focus; else the panel itself, whose content may still load. */
  hasForm?: boolean;
  children: ReactNode;
}

export function Panel(props: PanelProps) {
  const { title, isOpen, onClose, target, width = 320, hasForm = false, children } = props;
  const isPhone = useMediaQuery(PHONE) ?? false;
  const button = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  // Lists inside the panel are drawn elsewhere in the page, so "outside" is decided here.
  useEffect(() => {
    if (!isOpen || isPhone) return undefined;
    const onPress = (event: PointerEvent) => {
      const at = event.target as Element;
      const isInside = button.current?.contains(at) || panel.current?.contains(at);
      if (!isInside && !at.closest('[data-portal]')) onClose();
    };
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [isOpen, isPhone, onClose]);

  // Escape closes the innermost thing that is open: a list first, then the panel.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || hasOpenList()) return;
    event.stopPropagation();
    onClose();
  };
  if (isPhone) {
    return (
      <>
        {target}
        <Suspense fallback={null}>
          <PanelSheet title={title} isOpen={isOpen} onClose={onClose}>
            <Suspense fallback={<Skeleton h={120} />}>{children}</Suspense>
          </PanelSheet>
        </Suspense>
      </>
    );
  }
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => !open && onClose()}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withRoles={false}
      position="bottom-end"
      width={width}
      shadow="lg"
      radius="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <div ref={button}>{target}</div>
      </Popover.Target>
      <Popover.Dropdown
        p="md"
        className={css.panel}
        role="dialog"
        aria-label={title}
        onKeyDown={onKeyDown}
      >
        <div
          ref={panel}
          tabIndex={-1}
          data-autofocus={!hasForm || undefined}
          className={css.panelBody}
        >
          <Suspense fallback={<Skeleton h={120} />}>{children}</Suspense>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function hasOpenList(): boolean {
  const lists = document.querySelectorAll<HTMLElement>('[data-portal] [role=listbox], [role=menu]');
  return [...lists].some((list) => list.offsetParent !== null);
}
