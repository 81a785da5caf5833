/** build 的文案。 */
import type { Text } from '../en';

export const build: Text['build'] = {};
