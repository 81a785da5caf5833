/** The two widths at which the layout changes, as media queries. */
export const PHONE = '(max-width: 48em)';
/** Too narrow for a record beside the list: it lies over it. */
export const NARROW = '(max-width: 75em)';
