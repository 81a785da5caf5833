/** An input that is loaded when it is first drawn. */
import { Skeleton } from '@mantine/core';
import { type ComponentType, Suspense, lazy } from 'react';

export function later<P extends { place?: 'form' | 'cell' }>(
  load: () => Promise<{ default: ComponentType<P> }>,
): ComponentType<P> {
  const Loaded = lazy(load) as unknown as ComponentType<P>;
  return function Later(props: P) {
    return (
      <Suspense fallback={props.place === 'cell' ? null : <Skeleton h={34} />}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}
