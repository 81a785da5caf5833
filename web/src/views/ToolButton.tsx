/** A quiet button of the toolbar that says what is set; on a phone only its icon. */
import { UnstyledButton } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import css from './views.module.css';

interface ToolButtonProps {
  icon: Icon;
  label: string;
  /** What is set now, in place of the label. */
  state?: string | undefined;
  isOpen: boolean;
  onClick: () => void;
}

export function ToolButton({ icon: Icon, label, state, isOpen, onClick }: ToolButtonProps) {
  return (
    <UnstyledButton
      className={css.tool}
      data-set={state !== undefined || undefined}
      aria-expanded={isOpen}
      aria-label={state ? `${label}: ${state}` : label}
      onClick={onClick}
    >
      <Icon size={16} stroke={1.5} aria-hidden />
      <span className={css.toolText}>{state ?? label}</span>
    </UnstyledButton>
  );
}
