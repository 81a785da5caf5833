/** A shortcut as keys. */
import { showKeys } from '../lib/keys';
import css from './Kbd.module.css';

export function Keys({ keys }: { keys: string }) {
  return (
    <span className={css.keys}>
      {showKeys(keys).map((key) => (
        <kbd key={key} className={css.key}>
          {key}
        </kbd>
      ))}
    </span>
  );
}
