/** Chooses a record of an entity by its title; searched on the server while typing. */
import { ActionIcon, Combobox, InputBase, Loader, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowUpRight, IconPlus, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { keys, useRecordList } from '../../api/queries';
import { t } from '../../i18n';
import { peekTo } from '../../lib/peek';
import { useCan } from '../../meta/can';
import { entityLabel, titleOf } from '../../meta/label';
import { useMeta, useWs } from '../../meta/use_meta';
import { useSheets } from '../../ui/sheets';
import type { InputProps } from '../define_field';
import { useLinkTarget } from './use_title';
import css from './parts.module.css';
import type { Json } from '../../lib/json';

const CREATE = '\u0000create';
const SHOWN = 12;

export interface RecordPickerProps extends InputProps<Json> {
  entity: string;
  renderTitle?: (title: string) => ReactNode;
}

function useCandidates(entityName: string, search: string, isOpen: boolean) {
  const entity = useMeta().entities.get(entityName);
  const title = entity?.document.title_field ?? 'id';
  const [wanted] = useDebouncedValue(search.trim(), 150);
  const query = {
    ...(wanted ? { filter: { field: title, op: 'contains' as const, value: wanted } } : {}),
    sort: [title],
    fields: [title],
    limit: SHOWN,
  };
  return useRecordList(useWs(), entityName, query, isOpen && entity !== undefined);
}

export default function RecordPicker(props: RecordPickerProps) {
  const { entity: name, value, place } = props;
  const ws = useWs();
  const can = useCan();
  const location = useLocation();
  const client = useQueryClient();
  const entity = useMeta().entities.get(name);
  const openCreate = useSheets((state) => state.openCreate);
  const target = useLinkTarget(name, value);
  const [search, setSearch] = useState('');
  const combobox = useCombobox({
    defaultOpened: place === 'cell',
    onDropdownClose: () => setSearch(''),
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const list = useCandidates(name, search, combobox.dropdownOpened);

  const choose = (id: string, title: string) => {
    client.setQueryData(keys.title(ws, name, id), title);
    props.onChange(id);
    combobox.closeDropdown();
    props.onCommit?.();
  };
  const submit = (id: string) => {
    if (id !== CREATE) {
      const row = list.data?.records.find((record) => record.id === id);
      if (row && entity) choose(id, titleOf(entity, row));
      return;
    }
    const presets = entity && search.trim() ? { [entity.document.title_field]: search.trim() } : {};
    combobox.closeDropdown();
    openCreate({
      entity: name,
      presets,
      onCreated: (record) => entity && choose(record.id, titleOf(entity, record)),
    });
  };
  const clear = () => {
    props.onChange(null);
    props.onCommit?.();
  };
  const title = target?.title === null ? t.fields.pick.noAccess : target?.title;
  const what = entity ? entityLabel(entity) : name;
  return (
    <Combobox store={combobox} onOptionSubmit={submit} shadow="md" withinPortal>
      <div style={{ position: 'relative', height: place === 'cell' ? '100%' : undefined }}>
        <Combobox.Target targetType="button">
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
            // In a cell the list opens at once, and its search line has the focus.
            autoFocus={props.autoFocus && place !== 'cell'}
            aria-label={props['aria-label']}
            aria-describedby={props['aria-describedby']}
            data-field-input
            rightSection={value || props.isQuiet ? <span /> : <Combobox.Chevron size="xs" />}
            rightSectionPointerEvents="none"
            onClick={() => combobox.toggleDropdown()}
          >
            <span className={css.picker}>
              {target ? (
                (title !== undefined && props.renderTitle?.(title ?? '')) || (
                  <span className={css.pickerText}>{title ?? '…'}</span>
                )
              ) : (
                <span className={css.placeholder}>
                  {props.placeholder ?? (props.isQuiet ? '–' : t.fields.pick.none)}
                </span>
              )}
            </span>
          </InputBase>
        </Combobox.Target>
        <div className={css.beside}>
          {value != null && !props.disabled && !props.field.required && (
            <ActionIcon
              size="sm"
              className={css.aside}
              aria-label={t.common.clear}
              tabIndex={place === 'cell' ? -1 : 0}
              onClick={clear}
            >
              <IconX size={14} stroke={1.5} />
            </ActionIcon>
          )}
          {target?.title && place === 'form' && (
            <ActionIcon
              size="sm"
              className={css.aside}
              component={Link}
              to={peekTo(location, name, target.id)}
              aria-label={t.fields.pick.open(target.title)}
            >
              <IconArrowUpRight size={16} stroke={1.5} />
            </ActionIcon>
          )}
        </div>
      </div>
      <Combobox.Dropdown miw={240}>
        <Combobox.Search
          autoFocus={place === 'cell'}
          value={search}
          placeholder={t.fields.pick.search(what)}
          aria-label={t.fields.pick.search(what)}
          rightSection={list.isFetching ? <Loader size={14} /> : undefined}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.resetSelectedOption();
          }}
        />
        <Combobox.Options mah={300} style={{ overflowY: 'auto' }}>
          {list.data?.records.map((record) => (
            <Combobox.Option key={record.id} value={record.id} active={record.id === target?.id}>
              {(entity && titleOf(entity, record)) || t.common.untitled}
            </Combobox.Option>
          ))}
          {list.data?.records.length === 0 && (
            <Combobox.Empty>{t.fields.pick.nothing}</Combobox.Empty>
          )}
          {can('create', name) && (
            <Combobox.Option value={CREATE}>
              <span className={css.person}>
                <IconPlus size={14} stroke={1.5} aria-hidden />
                {search.trim() ? t.fields.pick.create(search.trim()) : t.fields.pick.new}
              </span>
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
