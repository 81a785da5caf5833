/** Records that link to this one: a small table, the way to more, and to a new one. */
import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { useRecordList } from '../api/queries';
import type { Field, RecordRow } from '../api/types';
import { kindOf } from '../fields';
import { count, label, t } from '../i18n';
import { isEmpty } from '../lib/json';
import { peekTo } from '../lib/peek';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { entityLabel, titleOf } from '../meta/label';
import { useMeta, useWs } from '../meta/use_meta';
import { useSheets } from '../ui/sheets';
import css from './RelatedList.module.css';

const PAGE = 8;
const PAGE_MAX = 200;
const COLUMNS = 4;

interface RelatedListProps {
  /** The virtual inverse field. */
  field: Field;
  recordId: string;
  title: string;
  /** In a sheet: fewer columns. */
  isNarrow?: boolean;
}

function columnsOf(entity: Entity, link: string, isNarrow: boolean): Field[] {
  const named = entity.views.find((view) => (view.columns?.length ?? 0) > 0)?.columns ?? [];
  const names = named.length > 0 ? named.map((column) => column.field) : [...entity.byName.keys()];
  return names
    .filter((name) => name !== link && name !== entity.document.title_field)
    .flatMap((name) => entity.byName.get(name) ?? [])
    .filter((field) => field.type !== 'inverse')
    .slice(0, isNarrow ? 2 : COLUMNS);
}

function Row({ entity, record, columns }: { entity: Entity; record: RecordRow; columns: Field[] }) {
  const location = useLocation();
  return (
    <tr>
      <th scope="row">
        <Link className={css.open} to={peekTo(location, entity.name, record.id)}>
          {titleOf(entity, record) || t.common.untitled}
        </Link>
      </th>
      {columns.map((field) => {
        const { Cell, align } = kindOf(field);
        const value = record[field.name];
        return (
          <td key={field.name} style={{ textAlign: align }}>
            {!isEmpty(value) && <Cell value={value!} field={field} record={record} place="cell" />}
          </td>
        );
      })}
    </tr>
  );
}

export function RelatedList({ field, recordId, title, isNarrow = false }: RelatedListProps) {
  const ws = useWs();
  const can = useCan();
  const openCreate = useSheets((state) => state.openCreate);
  const entity = useMeta().entities.get(field.settings?.entity ?? '');
  const link = field.settings?.field ?? '';
  const [limit, setLimit] = useState(PAGE);
  const columns = entity ? columnsOf(entity, link, isNarrow) : [];
  const list = useRecordList(
    ws,
    entity?.name ?? '',
    {
      filter: { field: link, op: 'eq', value: recordId },
      sort: ['-created_at'],
      expand: columns.filter((column) => column.type === 'link').map((column) => column.name),
      limit,
      count: true,
    },
    entity !== undefined && can('read', entity.name),
  );
  if (!entity || !can('read', entity.name)) return null;
  const rows = list.data?.records ?? [];
  const total = list.data?.count ?? null;
  const name = title || label(field.label, field.name);
  return (
    <section className={css.related} aria-label={name}>
      <header className={css.head}>
        <h2 className={css.title}>{name}</h2>
        {total !== null && <span className={css.count}>{count(total)}</span>}
        <span className={css.space} />
        {can('create', entity.name) && (
          <Tooltip label={t.record.newOne(entityLabel(entity, 'one'))}>
            <ActionIcon
              size="sm"
              aria-label={t.record.newOne(entityLabel(entity, 'one'))}
              onClick={() =>
                openCreate({
                  entity: entity.name,
                  presets: { [link]: recordId },
                  onCreated: () => void list.refetch(),
                })
              }
            >
              <IconPlus size={16} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        )}
      </header>
      {list.isPending && <Skeleton h={72} />}
      {list.data && rows.length === 0 && (
        <p className={css.none}>{t.record.noRelated(entityLabel(entity))}</p>
      )}
      {rows.length > 0 && (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{label(entity.titleField?.label, entity.document.title_field)}</th>
                {columns.map((column) => (
                  <th key={column.name} scope="col" style={{ textAlign: kindOf(column).align }}>
                    {label(column.label, column.name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((record) => (
                <Row key={record.id} entity={entity} record={record} columns={columns} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {total !== null && rows.length < Math.min(total, PAGE_MAX) && (
        <Button
          variant="subtle"
          size="compact-xs"
          mt={4}
          loading={list.isFetching}
          onClick={() => setLimit(Math.min(PAGE_MAX, limit * 5))}
        >
          {t.record.showMore(count(Math.min(total, PAGE_MAX) - rows.length))}
        </Button>
      )}
    </section>
  );
}
