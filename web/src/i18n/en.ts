/** English texts; their shape is the type every language must satisfy. */
import type { build } from './en/build';
import { common } from './en/common';
import { fields } from './en/fields';
import { pages } from './en/pages';
import { record } from './en/record';
import { views } from './en/views';

export const en = { common, fields, record, pages, views };

/** A function stays a function of the same arguments; every text is a string. */
type Texts<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => string
    ? (...args: A) => string
    : T[K] extends string
      ? string
      : Texts<T[K]>;
};
/** Every text; those of the build area are loaded with it. */
export type Text = Texts<typeof en & { build: typeof build }>;
export type FirstText = Omit<Text, 'build'>;
