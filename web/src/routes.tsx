/** Every page on one page. */
export const routes = [];
