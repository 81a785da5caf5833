/** Formatters of the browser, made once for each form: making one costs more than a hundred uses. */

const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

function once<T>(known: Map<string, T>, language: string, options: object, make: () => T): T {
  const key = language + JSON.stringify(options);
  const format = known.get(key) ?? make();
  known.set(key, format);
  return format;
}

export function numberFormat(
  language: string,
  options: Intl.NumberFormatOptions = {},
): Intl.NumberFormat {
  return once(numbers, language, options, () => new Intl.NumberFormat(language, options));
}

export function dateFormat(
  language: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  return once(dates, language, options, () => new Intl.DateTimeFormat(language, options));
}
