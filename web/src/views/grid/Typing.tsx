/**
 * Where typing over a cell begins. It holds the focus from the moment the cell is active, unseen and
 * empty, so that input methods (Chinese, dead keys) start in it with the first key; once something is
 * typed it covers the cell.
 */
import { useLayoutEffect, useRef } from 'react';
import css from './grid.module.css';
import type { GridColumn } from './model';
import type { GridActions } from './use_grid';

interface TypingProps {
  column: GridColumn;
  /** What a screen reader says while the cell is only active. */
  label: string;
  isEditing: boolean;
  describedBy: string | undefined;
  actions: GridActions;
}

export function Typing({ column, label, isEditing, describedBy, actions }: TypingProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const isLong = column.kind.typing === 'lines';

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    if (!isEditing) element.value = '';
    else grow(element);
  }, [isEditing]);

  return (
    <textarea
      ref={area}
      rows={1}
      className={isEditing ? css.typing : css.catcher}
      style={column.kind.align === 'end' ? { textAlign: 'end' } : undefined}
      aria-label={label}
      aria-describedby={describedBy}
      aria-readonly={!isEditing}
      // A touch screen shows its keyboard only when editing has begun.
      inputMode={isEditing ? undefined : 'none'}
      autoComplete="off"
      spellCheck={isEditing && isLong}
      tabIndex={0}
      data-focus
      onCompositionStart={() => actions.typingBegins()}
      onInput={(event) => {
        const element = event.currentTarget;
        if (!isLong && /[\r\n]/.test(element.value)) {
          element.value = element.value.replace(/[\r\n]+/g, ' ');
        }
        actions.typingBegins();
        grow(element);
      }}
      onBlur={() => actions.leave()}
    />
  );
}

/** As wide and high as what is in it, from the cell's size up to a limit set in the style sheet. */
function grow(element: HTMLTextAreaElement): void {
  element.style.height = 'auto';
  element.style.height = `${Math.max(element.scrollHeight, element.parentElement?.clientHeight ?? 0)}px`;
}
