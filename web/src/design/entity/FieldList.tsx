/** The fields of an entity as a table: what they are called, what they are, what they demand. */
import { UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import type { EntityDocument, Field } from '../../api/types';
import { kindOf } from '../../fields';
import { label, t } from '../../i18n';
import { sameJson } from '../../lib/json';
import css from '../design.module.css';
import { isNew } from './entity_draft';

interface FieldListProps {
  base: EntityDocument;
  document: EntityDocument;
  problemsOf: (field: Field) => Record<string, string>;
  onOpen: (id: string) => void;
  onMove: (id: string, by: -1 | 1) => void;
}

function Tick({ isOn, text }: { isOn: boolean | undefined; text: string }) {
  return isOn ? <IconCheck size={16} stroke={1.75} aria-label={text} /> : null;
}

export function FieldList({ base, document, problemsOf, onOpen, onMove }: FieldListProps) {
  const published = new Map(base.fields.map((field) => [field.id, field]));
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t.build.field.label}</th>
            <th scope="col" className={css.phoneHidden}>
              {t.build.entities.name}
            </th>
            <th scope="col">{t.build.field.type}</th>
            <th scope="col">{t.build.field.required}</th>
            <th scope="col" className={css.phoneHidden}>
              {t.build.field.unique}
            </th>
          </tr>
        </thead>
        <tbody>
          {document.fields.map((field) => {
            const kind = kindOf(field);
            const before = published.get(field.id);
            const problems = Object.values(problemsOf(field));
            return (
              <tr key={field.id}>
                <th scope="row">
                  <UnstyledButton
                    className={css.link}
                    fz="inherit"
                    onClick={() => onOpen(field.id)}
                    onKeyDown={(event) => {
                      const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
                      if (!event.altKey || by === 0) return;
                      event.preventDefault();
                      onMove(field.id, by);
                    }}
                  >
                    <kind.icon size={16} stroke={1.5} aria-hidden />
                    {label(field.label, field.name) || t.common.untitled}
                    {isNew(field) && <span className={css.badge}>{t.build.field.isNew}</span>}
                    {before && !sameJson(before, field) && (
                      <span className={css.badge}>{t.build.field.changed}</span>
                    )}
                    {problems.length > 0 && (
                      <IconAlertCircle
                        size={16}
                        stroke={1.75}
                        color="var(--t-danger)"
                        aria-label={problems.join(' ')}
                      />
                    )}
                  </UnstyledButton>
                </th>
                <td className={`${css.mono} ${css.phoneHidden}`}>{field.name}</td>
                <td className={css.quiet}>{kind.label()}</td>
                <td>
                  <Tick isOn={field.required} text={t.build.field.required} />
                </td>
                <td className={css.phoneHidden}>
                  <Tick isOn={field.unique} text={t.build.field.unique} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
