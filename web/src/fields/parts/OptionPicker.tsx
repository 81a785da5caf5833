/** One option out of a list; with a search line when the list is long. */
import { Combobox, Input, InputBase, useCombobox } from '@mantine/core';
import { useState } from 'react';
import type { Option } from '../../api/types';
import { label, t } from '../../i18n';
import { Pill } from '../../ui/Pill';
import type { InputProps } from '../define_field';
import { findOption } from './options';
import css from './parts.module.css';

const SEARCH_FROM = 8;

export interface OptionPickerProps extends InputProps<string> {
  options: Option[];
}

export default function OptionPicker(props: OptionPickerProps) {
  const { field, value, options, place } = props;
  const [search, setSearch] = useState('');
  const combobox = useCombobox({
    defaultOpened: place === 'cell',
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setSearch('');
    },
    onDropdownOpen: () => combobox.selectActiveOption(),
  });
  const hasSearch = options.length >= SEARCH_FROM;
  const wanted = search.trim().toLowerCase();
  const shown = options.filter(
    (option) => !wanted || `${label(option.label)} ${option.name}`.toLowerCase().includes(wanted),
  );
  const current = findOption(field, value);

  const choose = (name: string) => {
    props.onChange(name === '' ? null : name);
    combobox.closeDropdown();
    props.onCommit?.();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} shadow="md" withinPortal>
      <Combobox.Target targetType="button" withExpandedAttribute>
        <InputBase
          component="button"
          type="button"
          id={props.id}
          size="sm"
          pointer
          variant={place === 'cell' ? 'unstyled' : 'default'}
          classNames={place === 'cell' ? { input: css.pickerCell! } : {}}
          error={props.invalid}
          disabled={props.disabled}
          // In a cell the list opens at once; its search line, if any, has the focus.
          autoFocus={props.autoFocus && !(place === 'cell' && hasSearch)}
          aria-label={props['aria-label']}
          aria-describedby={props['aria-describedby']}
          data-field-input
          rightSection={props.isQuiet ? <span /> : <Combobox.Chevron size="xs" />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
        >
          <span className={css.picker}>
            {current ? (
              <Pill color={current.color}>{label(current.label, current.name)}</Pill>
            ) : (
              value || (
                <Input.Placeholder>
                  {props.placeholder ?? (props.isQuiet ? '–' : t.fields.pick.none)}
                </Input.Placeholder>
              )
            )}
          </span>
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown miw={180}>
        {hasSearch && (
          <Combobox.Search
            autoFocus={place === 'cell'}
            value={search}
            placeholder={t.common.search}
            aria-label={t.common.search}
            onChange={(event) => {
              setSearch(event.currentTarget.value);
              combobox.updateSelectedOptionIndex();
            }}
          />
        )}
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }}>
          {!field.required && !wanted && value && (
            <Combobox.Option value="" className={css.quiet}>
              {t.fields.pick.none}
            </Combobox.Option>
          )}
          {shown.map((option) => (
            <Combobox.Option
              key={option.id}
              value={option.name}
              active={option.name === value}
              selected={option.name === value}
            >
              <Pill color={option.color}>{label(option.label, option.name)}</Pill>
            </Combobox.Option>
          ))}
          {shown.length === 0 && <Combobox.Empty>{t.common.noMatches}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
