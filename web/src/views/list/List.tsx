/** Records as cards in one long list, for phones: the same rows as the table, under one thumb. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { RecordRow } from '../../api/types';
import { kindOf } from '../../fields';
import { count, t } from '../../i18n';
import type { Entity } from '../../meta/catalogue';
import { entityLabel, label, titleOf } from '../../meta/label';
import type { ShownRows } from '../data/use_rows';
import { useWanted } from '../data/use_wanted';
import { cardName, factsOf } from '../card_text';
import type { ViewProps } from '../define_view';
import { physicalHeight, rowsAt } from '../grid/scroll';
import { useScroll } from '../grid/use_scroll';
import type { ViewState } from '../view_state';
import css from './list.module.css';

/** Height of a card with the gap below it; every card has the same, so any can be jumped to. */
const CARD_HEIGHT = 92;
const HEAD_HEIGHT = 32;
const OVERSCAN = 4;
/** Fields below the title. */
const FACTS_MAX = 4;

export function List({ entity, state, session, shown, onPeek }: ViewProps & { shown: ShownRows }) {
  const { rows } = shown;
  const box = useRef<HTMLDivElement>(null);
  const rowCount = rows.count ?? 0;
  const scroll = useScroll(box, { rowCount, rowHeight: CARD_HEIGHT, reserved: HEAD_HEIGHT });
  useSyncExternalStore(session.edits.subscribe, session.edits.getVersion);
  const span = rowsAt(scroll.geometry, scroll.place, OVERSCAN);
  useWanted(rows, span);
  const { scroller } = scroll;
  useEffect(() => {
    if (shown.key !== '') scroller.toTop();
  }, [shown.key, scroller]);

  const card = (_: unknown, index: number) => {
    const number = span.first + index;
    const record = rows.at(number);
    return (
      <li
        key={number}
        className={css.slot}
        style={{ top: index * CARD_HEIGHT, height: CARD_HEIGHT }}
        aria-posinset={number + 1}
        aria-setsize={rowCount}
      >
        {record ? (
          <Card entity={entity} state={state} record={record} onOpen={() => onPeek(record.id)} />
        ) : (
          <div className={css.blank} aria-busy />
        )}
      </li>
    );
  };
  return (
    <div ref={box} className={css.list}>
      <div className={css.head} role="status">
        {t.views.grid.count(rowCount, count(rowCount))}
      </div>
      <ul
        className={css.cards}
        aria-label={t.views.list.label(entityLabel(entity))}
        style={{ height: physicalHeight(scroll.geometry) }}
      >
        <div
          className={css.layer}
          style={{ transform: `translateY(${span.top}px)` }}
          role="presentation"
        >
          {Array.from({ length: span.last - span.first }, card)}
        </div>
      </ul>
    </div>
  );
}

interface CardProps {
  entity: Entity;
  state: ViewState;
  record: RecordRow;
  onOpen: () => void;
}

function Card({ entity, state, record, onOpen }: CardProps) {
  const fields = state.columns.flatMap((column) => entity.byName.get(column.field) ?? []);
  const facts = factsOf(
    record,
    fields.filter((field) => field !== entity.titleField),
    FACTS_MAX,
  );
  return (
    <button
      type="button"
      className={css.card}
      aria-label={cardName(entity, record, facts)}
      onClick={onOpen}
    >
      <span className={css.title}>{titleOf(entity, record) || t.common.untitled}</span>
      <span className={css.facts} inert aria-hidden>
        {facts.map(({ field, value }) => {
          const { Cell } = kindOf(field);
          return (
            <span key={field.name} className={css.fact} title={label(field.label, field.name)}>
              <Cell value={value} field={field} record={record} place="cell" />
            </span>
          );
        })}
      </span>
    </button>
  );
}
