import { describe, expect, it } from 'vitest';
import { en } from './en';
import { build } from './en/build';
import { zhCn } from './zh_cn';
import { build as buildZh } from './zh_cn/build';

function walk(value: unknown, path: string, into: Map<string, unknown>): Map<string, unknown> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) walk(child, `${path}.${key}`, into);
  } else into.set(path, value);
  return into;
}

const english = walk({ ...en, build }, '', new Map());
const chinese = walk({ ...zhCn, build: buildZh }, '', new Map());

/** A text, or a function tried with plausible arguments. */
function sample(value: unknown): string {
  return typeof value === 'function' ? String(value('3', '4', '5')) : String(value);
}

describe('the languages', () => {
  it('have the same texts', () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });
  it('have no empty text and lose no argument', () => {
    for (const [path, value] of english) {
      expect(sample(value), path).not.toBe('');
      expect(sample(chinese.get(path)), path).not.toBe('');
      if (typeof value === 'function') {
        expect((chinese.get(path) as () => string).length, path).toBe(value.length);
      }
    }
  });
  it('keep full-width punctuation in Chinese sentences', () => {
    for (const [path, value] of chinese) {
      expect(sample(value), path).not.toMatch(/[\u4e00-\u9fff][,;!?](?:\s|$)/);
      expect(sample(value), path).not.toMatch(/[\u4e00-\u9fff]\.(?:\s|$)/);
    }
  });
});
