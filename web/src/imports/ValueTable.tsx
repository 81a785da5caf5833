/** Values of the file that were not found, and what they mean. */
import { Autocomplete } from '@mantine/core';
import { useRecordList } from '../api/queries';
import type { Field } from '../api/types';
import { optionsOf } from '../fields/parts/options';
import { count, label, t } from '../i18n';
import { titleOf } from '../meta/label';
import { useMeta, useWs } from '../meta/use_meta';
import css from './ImportPage.module.css';
import type { Meanings, Unknown } from './mapping';

interface ValueTableProps {
  unknown: readonly Unknown[];
  fieldOf: (column: string) => Field | undefined;
  meanings: Meanings;
  onChange: (meanings: Meanings) => void;
}

/** What the field knows: its options, or the titles of the records it links to. */
function useKnown(field: Field | undefined): string[] {
  const ws = useWs();
  const target = useMeta().entities.get(
    field?.type === 'user' ? 'user' : (field?.settings?.to ?? ''),
  );
  const title = target?.document.title_field ?? 'id';
  const list = useRecordList(
    ws,
    target?.name ?? '',
    { fields: [title], sort: [title], limit: 200 },
    target !== undefined,
  );
  if (!field) return [];
  if (!target) return optionsOf(field).map((option) => label(option.label, option.name));
  return [...new Set(list.data?.records.map((row) => titleOf(target, row)).filter(Boolean))];
}

function Row(props: {
  unknown: Unknown;
  field: Field | undefined;
  value: string;
  onChange: (value: string) => void;
}) {
  const { unknown, field, value, onChange } = props;
  const known = useKnown(field);
  return (
    <tr>
      <th scope="row">
        {unknown.value}
        <div className={css.note}>
          {unknown.column} · {t.pages.importing.timesSeen(count(unknown.rows))}
        </div>
      </th>
      <td>
        <Autocomplete
          size="xs"
          aria-label={`${unknown.value} ${t.pages.importing.replaceBy}`}
          data={known}
          value={value}
          limit={50}
          onChange={onChange}
        />
      </td>
    </tr>
  );
}

export function ValueTable({ unknown, fieldOf, meanings, onChange }: ValueTableProps) {
  /** An option is sent by its name, a record by its title. */
  const toSent = (field: Field | undefined, text: string) =>
    optionsOf(field ?? { id: '', name: '', type: '', label: {} }).find(
      (option) => label(option.label, option.name) === text,
    )?.name ?? text;
  const toShown = (field: Field | undefined, sent: string) => {
    const option = field && optionsOf(field).find((one) => one.name === sent);
    return option ? label(option.label, sent) : sent;
  };
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t.pages.importing.values}</th>
          <th scope="col">{t.pages.importing.replaceBy}</th>
        </tr>
      </thead>
      <tbody>
        {unknown.map((one) => {
          const field = fieldOf(one.column);
          return (
            <Row
              key={`${one.column}/${one.value}`}
              unknown={one}
              field={field}
              value={toShown(field, meanings[one.column]?.[one.value] ?? '')}
              onChange={(text) =>
                onChange({
                  ...meanings,
                  [one.column]: { ...meanings[one.column], [one.value]: toSent(field, text) },
                })
              }
            />
          );
        })}
      </tbody>
    </table>
  );
}
