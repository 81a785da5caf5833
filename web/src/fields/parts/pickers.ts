/** The inputs that open something. A list starts without them; they follow when it is idle. */
import { later } from './later';

const loadOptions = () => import('./OptionPicker');
const loadRecords = () => import('./RecordPicker');
const loadDates = () => import('./DateBox');

export const OptionPicker = later(loadOptions);
export const RecordPicker = later(loadRecords);
export const DateBox = later(loadDates);

/** Fetches them now: a form is about to be drawn. */
export function loadPickers(): void {
  for (const load of [loadOptions, loadRecords, loadDates]) void load().catch(() => {});
}

/** Fetches them when the browser has nothing else to do, so that the first edit does not wait. */
export function loadPickersWhenIdle(): void {
  const whenIdle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 2000));
  whenIdle(loadPickers);
}
