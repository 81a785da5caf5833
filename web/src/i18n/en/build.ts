/** Texts of the build area. */
export const build = {};
