/** Runs once after a pause; `flush` runs what waits now, `cancel` forgets it. */
export interface Debounced<A extends unknown[]> {
  (...args: A): void;
  flush(): void;
  cancel(): void;
}

export function debounce<A extends unknown[]>(
  run: (...args: A) => void,
  pauseMs: number,
): Debounced<A> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: A | undefined;
  const fire = () => {
    const args = waiting;
    clearTimeout(timer);
    waiting = undefined;
    if (args) run(...args);
  };
  const debounced = (...args: A) => {
    waiting = args;
    clearTimeout(timer);
    timer = setTimeout(fire, pauseMs);
  };
  const cancel = () => {
    clearTimeout(timer);
    waiting = undefined;
  };
  return Object.assign(debounced, { flush: fire, cancel });
}
