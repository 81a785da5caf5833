/** The fields a view is sorted by, in their order of weight. */
import { ActionIcon, Button, SegmentedControl, Select } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import { kindOf } from '../fields';
import { t } from '../i18n';
import type { Entity } from '../meta/catalogue';
import { label } from '../meta/label';
import { sortField } from './view_state';
import css from './views.module.css';

/** Fields that the server sorts by at most. */
const SORTS_MAX = 5;

interface SortPanelProps {
  entity: Entity;
  sort: string[];
  onChange: (sort: string[]) => void;
}

export default function SortPanel({ entity, sort, onChange }: SortPanelProps) {
  const texts = t.views.sort;
  const sortable = [...entity.byName.values()].filter((field) => kindOf(field).isSortable);
  const used = new Set(sort.map(sortField));
  const free = sortable.filter((field) => !used.has(field.name));
  const data = (own: string) =>
    sortable
      .filter((field) => field.name === own || !used.has(field.name))
      .map((field) => ({ value: field.name, label: label(field.label, field.name) }));
  const entry = (field: string, isDescending: boolean) => (isDescending ? `-${field}` : field);
  return (
    <div className={css.sorts}>
      {sort.length === 0 && <p className={css.none}>{texts.empty}</p>}
      {sort.map((current, index) => {
        const field = sortField(current);
        const isDescending = current.startsWith('-');
        return (
          <div key={field} className={css.sortLine}>
            <Select
              size="xs"
              aria-label={t.views.filter.field}
              allowDeselect={false}
              openOnFocus={false}
              searchable
              data={data(field)}
              value={field}
              onChange={(next) => next && onChange(sort.with(index, entry(next, isDescending)))}
            />
            <SegmentedControl
              size="xs"
              aria-label={texts.direction}
              value={isDescending ? 'down' : 'up'}
              data={[
                { value: 'up', label: <Way isDescending={false} /> },
                { value: 'down', label: <Way isDescending /> },
              ]}
              onChange={(way) => onChange(sort.with(index, entry(field, way === 'down')))}
            />
            <ActionIcon
              size="sm"
              aria-label={texts.up}
              disabled={index === 0}
              onClick={() => onChange(sort.toSpliced(index, 1).toSpliced(index - 1, 0, current))}
            >
              <IconArrowUp size={14} stroke={1.5} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={texts.remove}
              onClick={() => onChange(sort.toSpliced(index, 1))}
            >
              <IconX size={14} stroke={1.5} />
            </ActionIcon>
          </div>
        );
      })}
      {free[0] && sort.length < SORTS_MAX && (
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconPlus size={14} stroke={1.5} />}
          onClick={() => free[0] && onChange([...sort, free[0].name])}
        >
          {texts.add}
        </Button>
      )}
    </div>
  );
}

function Way({ isDescending }: { isDescending: boolean }) {
  const Arrow = isDescending ? IconArrowDown : IconArrowUp;
  const text = isDescending ? t.views.sort.descending : t.views.sort.ascending;
  return (
    <span title={text}>
      <Arrow size={14} stroke={1.5} aria-hidden style={{ verticalAlign: 'middle' }} />
      <span className="visually-hidden">{text}</span>
    </span>
  );
}
