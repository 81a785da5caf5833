/** Texts of the record area. */
export const record = {};
