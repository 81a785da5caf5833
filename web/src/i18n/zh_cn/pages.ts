/** pages 的文案。 */
import type { Text } from '../en';

export const pages: Text['pages'] = {};
