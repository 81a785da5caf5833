/** 列表、看板、筛选和排序的文案。 */
import type { Text } from '../en';

export const views: Text['views'] = {};
