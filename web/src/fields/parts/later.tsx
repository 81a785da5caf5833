/** An input that is loaded when it is first drawn; until then its value stands there as text. */
import { type ComponentType, Suspense, lazy } from 'react';
import { kindOf } from '..';
import type { Field } from '../../api/types';
import { isEmpty } from '../../lib/json';
import css from './parts.module.css';

interface LaterProps {
  value: unknown;
  field: Field;
  place: 'form' | 'cell';
}

function Waiting({ value, field, place }: LaterProps) {
  if (place === 'cell') return null;
  const { Cell } = kindOf(field);
  return (
    <div className={css.waiting}>
      {!isEmpty(value) && <Cell value={value as never} field={field} place="cell" />}
    </div>
  );
}

export function later<P extends LaterProps>(
  load: () => Promise<{ default: ComponentType<P> }>,
): ComponentType<P> {
  const Loaded = lazy(load) as unknown as ComponentType<P>;
  return function Later(props: P) {
    return (
      <Suspense fallback={<Waiting value={props.value} field={props.field} place={props.place} />}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}
