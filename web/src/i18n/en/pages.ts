/** Texts of the pages area. */
export const pages = {};
