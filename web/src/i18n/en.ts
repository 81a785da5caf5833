/** English texts; their shape is the type every language must satisfy. */
import { build } from './en/build';
import { common } from './en/common';
import { fields } from './en/fields';
import { pages } from './en/pages';
import { record } from './en/record';
import { views } from './en/views';

export const en = { common, fields, record, pages, build, views };

/** A function stays a function of the same arguments; every text is a string. */
type Texts<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => string
    ? (...args: A) => string
    : T[K] extends string
      ? string
      : Texts<T[K]>;
};
export type Text = Texts<typeof en>;
