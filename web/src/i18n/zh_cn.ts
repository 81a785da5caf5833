/** 简体中文文案；缺一条就通不过类型检查。 */
import type { FirstText } from './en';
import { common } from './zh_cn/common';
import { fields } from './zh_cn/fields';
import { pages } from './zh_cn/pages';
import { record } from './zh_cn/record';
import { views } from './zh_cn/views';

export const zhCn: FirstText = { common, fields, record, pages, views };
