/**
 * The text input behind most field types. It keeps what is being typed as it is typed, and gives
 * out the value that could be read from it, or else the raw text, so that nothing is ever lost.
 */
import { TextInput, Textarea } from '@mantine/core';
import { type HTMLAttributes, type KeyboardEvent, type ReactNode, useState } from 'react';
import type { Json } from '../../lib/json';
import type { InputProps } from '../define_field';
import css from './parts.module.css';

export interface TextBoxProps<V extends Json> extends InputProps<V> {
  /** The value as it stands in the input. */
  show: (value: V) => string;
  /** The value as it is read while nobody is typing; `show` unless said. */
  display?: (value: V) => string;
  /** The value of what was typed; raw text when it cannot be read yet. */
  read: (text: string) => V;
  inputMode?: HTMLAttributes<HTMLElement>['inputMode'];
  type?: string;
  align?: 'end';
  lines?: number;
  placeholder?: string;
  leftSection?: ReactNode;
  rightSection?: ReactNode;
  spellCheck?: boolean;
  autoComplete?: string;
}

export function TextBox<V extends Json>(props: TextBoxProps<V>) {
  const { value, show, read, onChange, onCommit, onCancel, place, lines } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const [isFocused, setFocused] = useState(false);
  const form = isFocused || props.invalid || !props.display ? show : props.display;
  const text = typed ?? (value == null ? '' : form(value));

  const change = (next: string) => {
    setTyped(next);
    onChange(next.trim() === '' ? null : read(next));
  };
  const leave = () => {
    setTyped(null);
    setFocused(false);
    onCommit?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (place === 'cell' || event.nativeEvent.isComposing) return;
    if (event.key === 'Escape' && onCancel) {
      event.stopPropagation();
      setTyped(null);
      onCancel();
    }
    const isDone = event.key === 'Enter' && (!lines || event.ctrlKey || event.metaKey);
    if (isDone && onCommit) leave();
  };

  const shared = {
    id: props.id,
    value: text,
    'aria-label': props['aria-label'],
    'aria-describedby': props['aria-describedby'],
    'aria-required': props['aria-required'],
    error: props.invalid,
    withErrorStyles: true,
    disabled: props.disabled,
    autoFocus: props.autoFocus,
    placeholder: isFocused || !props.isQuiet ? props.placeholder : '–',
    inputMode: props.inputMode,
    spellCheck: props.spellCheck,
    autoComplete: props.autoComplete ?? 'off',
    variant: place === 'cell' ? 'unstyled' : 'default',
    'data-field-input': true,
    onFocus: () => setFocused(true),
    onBlur: place === 'cell' ? undefined : leave,
    onKeyDown,
  };
  if (lines) {
    return (
      <Textarea
        {...shared}
        autosize
        minRows={place === 'cell' ? 3 : props.isQuiet && !isFocused ? 1 : lines}
        maxRows={16}
        classNames={place === 'cell' ? { input: css.cellArea! } : {}}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  const inputClass = [
    place === 'cell' && css.cellInput,
    props.align === 'end' && place === 'cell' && css.end,
  ]
    .filter(Boolean)
    .join(' ');
  return (
    <TextInput
      {...shared}
      type={props.type ?? 'text'}
      leftSection={place === 'cell' ? undefined : props.leftSection}
      rightSection={props.rightSection}
      classNames={{ input: inputClass }}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
