/** record 的文案。 */
import type { Text } from '../en';

export const record: Text['record'] = {};
