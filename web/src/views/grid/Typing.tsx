/**
 * Where typing over a cell begins. It holds the focus from the moment the cell is active, unseen and
 * empty, so that input methods (Chinese, dead keys) start in it with the first key; once something is
 * typed it covers the cell.
 */
import { useLayoutEffect, useRef } from 'react';
import css from './grid.module.css';
import type { GridModel } from './grid_model';
import type { GridColumn } from './model';

interface TypingProps {
  column: GridColumn;
  /** What a screen reader says while the cell is only active. */
  label: string;
  isEditing: boolean;
  /** Text that editing starts from; null when what was typed replaces it. */
  startText: string | null;
  describedBy: string | undefined;
  grid: GridModel;
}

export function Typing(props: TypingProps) {
  const { column, isEditing, startText, grid } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const isLong = column.kind.typing === 'lines';

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    if (!isEditing) element.value = '';
    else if (startText !== null) element.value = startText;
    const end = element.value.length;
    if (isEditing && startText !== null) element.setSelectionRange(end, end);
  }, [isEditing, startText]);

  return (
    <textarea
      ref={area}
      rows={1}
      className={isEditing ? css.typing : css.catcher}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      aria-readonly={!isEditing}
      // A touch screen shows its keyboard only when editing has begun.
      inputMode={isEditing ? undefined : 'none'}
      autoComplete="off"
      spellCheck={isEditing && isLong}
      tabIndex={0}
      data-focus
      onCompositionStart={(event) => grid.type(event.currentTarget.value)}
      onInput={(event) => {
        const element = event.currentTarget;
        if (!isLong && /[\r\n]/.test(element.value)) {
          element.value = element.value.replace(/[\r\n]+/g, ' ');
        }
        grid.type(element.value);
      }}
      onBlur={() => grid.leave()}
    />
  );
}
