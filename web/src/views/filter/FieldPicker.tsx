/** Chooses a field by name, also behind links: the one field picker of filters and conditions. */
import { Combobox, InputBase, useCombobox } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { kindOf } from '../../fields';
import { t } from '../../i18n';
import type { Entity } from '../../meta/catalogue';
import { useMeta } from '../../meta/use_meta';
import { HOPS_MAX, entityBehind, fieldChoices, resolvePath, type FieldChoice } from './fields';
import css from './filter.module.css';

interface FieldPickerProps {
  entity: Entity;
  /** The chosen path; '' when none is. */
  path: string;
  onPick: (choice: FieldChoice) => void;
}

const BACK = '\u0000back';

export function FieldPicker({ entity, path, onPick }: FieldPickerProps) {
  const catalogue = useMeta();
  const [prefix, setPrefix] = useState('');
  const [search, setSearch] = useState('');
  const combobox = useCombobox({
    onDropdownClose: () => {
      setSearch('');
      setPrefix('');
      combobox.resetSelectedOption();
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const here = entityBehind(catalogue, entity, prefix) ?? entity;
  const hops = prefix.split('.').length - 1;
  const wanted = search.trim().toLowerCase();
  const choices = fieldChoices(catalogue, here, prefix, hops < HOPS_MAX).filter(
    ({ text, field }) => !wanted || `${text} ${field.name}`.toLowerCase().includes(wanted),
  );
  const chosen = resolvePath(catalogue, entity, path);
  const text = chosen ? chosen.texts.join(' › ') : path || t.views.filter.choose;

  const submit = (value: string) => {
    if (value === BACK) {
      setPrefix(prefix.replace(/[^.]+\.$/, ''));
      return;
    }
    const choice = choices.find((known) => known.kind + known.path === value);
    if (!choice) return;
    if (choice.kind === 'walk') {
      setPrefix(`${choice.path}.`);
      setSearch('');
      combobox.resetSelectedOption();
      return;
    }
    combobox.closeDropdown();
    onPick(choice);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={submit} shadow="md" withinPortal width={260}>
      <Combobox.Target targetType="button">
        <InputBase
          component="button"
          type="button"
          pointer
          size="xs"
          className={css.field}
          aria-label={`${t.views.filter.field}: ${text}`}
          rightSection={<Combobox.Chevron size="xs" />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
        >
          <span className={css.fieldText}>{text}</span>
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          placeholder={t.views.filter.searchField}
          aria-label={t.views.filter.searchField}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
        />
        <Combobox.Options mah={300} style={{ overflowY: 'auto' }}>
          {prefix !== '' && (
            <Combobox.Option value={BACK} className={css.choice}>
              <IconChevronLeft size={14} stroke={1.5} aria-hidden />
              <span className={css.choiceText}>
                {resolvePath(catalogue, entity, prefix.slice(0, -1))?.texts.join(' › ')}
              </span>
            </Combobox.Option>
          )}
          {choices.map((choice) => (
            <Combobox.Option
              key={choice.kind + choice.path}
              value={choice.kind + choice.path}
              className={css.choice}
              active={choice.kind === 'rule' && choice.path === path}
            >
              <ChoiceLine choice={choice} />
            </Combobox.Option>
          ))}
          {choices.length === 0 && <Combobox.Empty>{t.common.noMatches}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function ChoiceLine({ choice }: { choice: FieldChoice }) {
  const { icon: Icon } = kindOf(choice.field);
  return (
    <>
      <Icon size={14} stroke={1.5} className={css.choiceIcon} aria-hidden />
      <span className={css.choiceText}>
        {choice.kind === 'walk' ? t.views.filter.through(choice.text) : choice.text}
      </span>
      {choice.kind === 'walk' && <IconChevronRight size={14} stroke={1.5} aria-hidden />}
    </>
  );
}
