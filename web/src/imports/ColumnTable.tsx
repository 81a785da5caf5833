/** Every column of the file with an example, and the field it goes to. */
import { Select } from '@mantine/core';
import type { Field } from '../api/types';
import { label, t } from '../i18n';
import { fieldLabel } from '../meta/label';
import { useMeta } from '../meta/use_meta';
import type { PickedFile } from './FilePick';
import css from './ImportPage.module.css';
import { type Columns, isLink, linkKey } from './mapping';

interface ColumnTableProps {
  file: PickedFile;
  fields: readonly Field[];
  columns: Columns;
  onChange: (columns: Columns) => void;
}

export function ColumnTable({ file, fields, columns, onChange }: ColumnTableProps) {
  const catalogue = useMeta();
  const example = (at: number) => file.rows.find((row) => row[at]?.trim())?.[at] ?? '';
  const keyText = (field: Field) => {
    const target = catalogue.entities.get(
      field.type === 'user' ? 'user' : (field.settings?.to ?? ''),
    );
    const key = linkKey(field, catalogue);
    return t.pages.importing.linkBy(target ? fieldLabel(target, key) : key);
  };
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t.pages.importing.column}</th>
          <th scope="col" className={css.example}>
            {t.pages.importing.sample}
          </th>
          <th scope="col">{t.pages.importing.field}</th>
        </tr>
      </thead>
      <tbody>
        {file.header.map((column, at) => {
          const field = fields.find((one) => one.name === columns[column]);
          return (
            <tr key={column}>
              <th scope="row">{column}</th>
              <td className={css.example}>{example(at)}</td>
              <td>
                <Select
                  size="xs"
                  searchable
                  clearable
                  allowDeselect={false}
                  aria-label={`${column}: ${t.pages.importing.field}`}
                  placeholder={t.pages.importing.skip}
                  data={fields.map((one) => ({
                    value: one.name,
                    label: label(one.label, one.name),
                  }))}
                  value={columns[column] ?? null}
                  onChange={(name) => onChange({ ...columns, [column]: name })}
                />
                {field && isLink(field) && <div className={css.note}>{keyText(field)}</div>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
