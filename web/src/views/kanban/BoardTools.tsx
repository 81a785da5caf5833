/** What forms a board's columns, what stands on its cards, what its heads add up. */
import { MultiSelect, Select } from '@mantine/core';
import { IconLayoutKanban } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../i18n';
import type { JsonObject } from '../../lib/json';
import { label } from '../../meta/label';
import type { Field } from '../../api/types';
import { Panel } from '../Panel';
import { ToolButton } from '../ToolButton';
import type { ViewProps } from '../define_view';
import { groupFields, readSettings, sumFields } from './board';
import css from './kanban.module.css';

const NO_SUM = '';
/** More would not be read on a card. */
const CARD_FIELDS_MAX = 6;

export default function BoardTools({ entity, state, onChange }: ViewProps) {
  const { board, toolbar } = t.views;
  const [isOpen, setOpen] = useState(false);
  const settings = readSettings(entity, state.settings);
  const put = (change: JsonObject) => onChange({ settings: { ...state.settings, ...change } });
  const choices = (fields: Field[]) =>
    fields.map((field) => ({ value: field.name, label: label(field.label, field.name) }));
  const onCard = [...entity.byName.values()].filter(
    (field) => field !== entity.titleField && field.type !== 'id' && field.type !== 'revision',
  );
  const names = settings.cardFields.map(({ name }) => name);
  return (
    <Panel
      title={toolbar.board}
      isOpen={isOpen}
      onClose={() => setOpen(false)}
      target={
        <ToolButton
          icon={IconLayoutKanban}
          label={toolbar.board}
          isOpen={isOpen}
          onClick={() => setOpen(!isOpen)}
        />
      }
    >
      <div className={css.tools}>
        <Select
          label={board.groupBy}
          allowDeselect={false}
          openOnFocus={false}
          data={choices(groupFields(entity))}
          value={settings.groupBy?.name ?? null}
          onChange={(name) => name && put({ group_by: name })}
        />
        <MultiSelect
          label={board.cardFields}
          maxValues={CARD_FIELDS_MAX}
          hidePickedOptions
          data={choices(onCard)}
          value={names}
          onChange={(next) => put({ card_fields: next })}
        />
        <Select
          label={board.sum}
          allowDeselect={false}
          data={[{ value: NO_SUM, label: board.noSum }, ...choices(sumFields(entity))]}
          value={settings.sum?.name ?? NO_SUM}
          onChange={(name) => put({ sum: name === NO_SUM ? null : name })}
        />
      </div>
    </Panel>
  );
}
