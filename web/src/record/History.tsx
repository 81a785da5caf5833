/** Who changed what, and when; every change with the value before and after. */
import { Avatar, Button, Skeleton, Tooltip, UnstyledButton } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useHistory } from '../api/queries';
import type { Field, HistoryEntry } from '../api/types';
import { kindOf } from '../fields';
import { label, language, t, timeZone } from '../i18n';
import { showAgo, showDate, showInstant, toWall } from '../lib/dates';
import { type Json, isEmpty } from '../lib/json';
import type { Entity } from '../meta/catalogue';
import { useWs } from '../meta/use_meta';
import { ErrorState } from '../ui/States';
import css from './History.module.css';
import { byDay, changesOf } from './changes';

/** A creation fills many fields: the first few say enough. */
const SHOWN = 4;

function Value({ field, value }: { field: Field; value: Json | undefined }) {
  const { Cell } = kindOf(field);
  if (isEmpty(value)) return <span className={css.empty}>{t.record.empty}</span>;
  return <Cell value={value!} field={field} place="cell" />;
}

function Entry({ entry, entity }: { entry: HistoryEntry; entity: Entity }) {
  const [isOpen, setOpen] = useState(false);
  const changes = changesOf(entry, entity);
  const isNew = entry.operation === 'create';
  const shown = isOpen ? changes : changes.slice(0, SHOWN);
  return (
    <li className={css.entry}>
      <Avatar size={22} radius="xl" name={entry.actor.name} color="initials" aria-hidden />
      <div className={css.body}>
        <div className={css.line}>
          <span className={css.who}>{entry.actor.name}</span>{' '}
          {t.record.did[entry.operation] ?? entry.operation}
          <span aria-hidden> ·</span>
          <Tooltip label={showInstant(entry.time, language, timeZone)}>
            <time className={css.time} dateTime={entry.time}>
              {showAgo(entry.time, language)}
            </time>
          </Tooltip>
        </div>
        {entry.operation !== 'delete' && (
          <ul className={css.changes}>
            {shown.map(({ field, before, after }) => (
              <li key={field.name} className={css.change}>
                <span className={css.field}>{label(field.label, field.name)}</span>
                {!isNew && (
                  <>
                    <span className={css.before}>
                      <Value field={field} value={before} />
                    </span>
                    <IconArrowRight size={12} stroke={1.5} aria-label={t.record.became} />
                  </>
                )}
                <span className={css.after}>
                  <Value field={field} value={after} />
                </span>
              </li>
            ))}
          </ul>
        )}
        {changes.length > SHOWN && entry.operation !== 'delete' && (
          <UnstyledButton
            className={css.more}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? t.record.showLess : t.record.moreChanges(changes.length - SHOWN)}
          </UnstyledButton>
        )}
      </div>
    </li>
  );
}

export function History({ entity, id }: { entity: Entity; id: string }) {
  const query = useHistory(useWs(), entity.name, id);
  if (query.isPending) return <Skeleton h={160} />;
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const entries = query.data.pages.flatMap((page) => page.entries);
  const days = byDay(entries, (time) => toWall(time, timeZone).slice(0, 10));
  return (
    <div>
      {days.map(({ day, entries: ofDay }) => (
        <section key={day}>
          <h3 className={css.day}>{showDate(day, language)}</h3>
          <ol className={css.list}>
            {ofDay.map((entry) => (
              <Entry key={entry.sequence} entry={entry} entity={entity} />
            ))}
          </ol>
        </section>
      ))}
      {query.hasNextPage && (
        <Button
          variant="subtle"
          size="compact-xs"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t.common.loadMore}
        </Button>
      )}
    </div>
  );
}
