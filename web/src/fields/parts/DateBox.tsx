/** A date (or date and time) typed as text, with a calendar beside it for those who point. */
import { ActionIcon, Popover, Skeleton } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { Suspense, lazy, useState } from 'react';
import { t, timeZone } from '../../i18n';
import { today } from '../../lib/dates';
import type { InputProps } from '../define_field';
import { TextBox } from './TextBox';
import css from './parts.module.css';

const Calendar = lazy(() => import('../../ui/Calendar'));

export interface DateBoxProps extends InputProps<string> {
  show: (value: string) => string;
  display: (value: string) => string;
  read: (text: string) => string;
  /** The plain date inside a value, for the calendar. */
  dateOf: (value: string) => string;
  /** The value after picking a day. */
  withDate: (value: string | null, date: string) => string;
  placeholder: string;
}

export default function DateBox(props: DateBoxProps) {
  const { show, display, read, dateOf, withDate, placeholder, ...input } = props;
  const [isOpen, setOpen] = useState(props.place === 'cell');
  // A picked day replaces half-typed text, which the box keeps for itself: a new key drops it.
  const [picks, setPicks] = useState(0);
  const pick = (date: string) => {
    props.onChange(withDate(props.value, date));
    setPicks(picks + 1);
    setOpen(false);
    props.onCommit?.();
  };
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-start"
      withRoles={false}
      trapFocus={false}
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <div>
          <TextBox
            {...input}
            key={picks}
            show={show}
            display={display}
            read={read}
            placeholder={placeholder}
            rightSection={
              <ActionIcon
                size="sm"
                className={css.aside}
                tabIndex={props.place === 'cell' ? -1 : 0}
                disabled={props.disabled}
                aria-label={t.fields.pick.calendar}
                aria-expanded={isOpen}
                // Pressing the button must not first blur, and so commit, the text.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => setOpen(!isOpen)}
              >
                <IconCalendar size={16} stroke={1.5} />
              </ActionIcon>
            }
          />
        </div>
      </Popover.Target>
      <Popover.Dropdown p="sm" onMouseDown={(event) => event.preventDefault()}>
        <Suspense fallback={<Skeleton w={252} h={266} />}>
          <Calendar
            value={props.value ? dateOf(props.value) : null}
            today={today(timeZone)}
            onPick={pick}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
