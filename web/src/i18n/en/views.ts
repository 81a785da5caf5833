/** Texts of lists, boards, filters and sorting. */
export const views = {};
