import { describe, expect, it } from 'vitest';
import { fromWall, readDate, showAgo, showDate, today, toWall } from './dates';

describe('dates', () => {
  it('are read in the ways people write them', () => {
    expect(readDate('2017-3-1')).toBe('2017-03-01');
    expect(readDate('2017/03/01')).toBe('2017-03-01');
    expect(readDate('2017年3月1日')).toBe('2017-03-01');
    expect(readDate('2017-02-30')).toBeNull();
    expect(readDate('01/02/2017')).toBeNull();
  });
  it('are shown without a zone moving them', () => {
    expect(showDate('2017-03-01', 'en')).toBe('Mar 1, 2017');
    expect(showDate('2017-03-01', 'zh-CN')).toBe('2017年3月1日');
  });
});

describe('instants', () => {
  it('go to a wall clock and back', () => {
    expect(toWall('2017-03-01T01:30:00Z', 'Asia/Shanghai')).toBe('2017-03-01T09:30');
    expect(fromWall('2017-03-01T09:30', 'Asia/Shanghai')).toBe('2017-03-01T01:30:00.000Z');
    expect(fromWall('2024-07-01T12:00', 'Europe/Berlin')).toBe('2024-07-01T10:00:00.000Z');
    expect(fromWall('nonsense', 'UTC')).toBeNull();
  });
  it('are told relative to now', () => {
    const now = Date.parse('2024-01-10T00:00:00Z');
    expect(showAgo('2024-01-09T00:00:00Z', 'en', now)).toBe('yesterday');
    expect(showAgo('2024-01-09T23:59:40Z', 'en', now)).toBe('now');
    expect(showAgo('2024-01-09T21:00:00Z', 'zh-CN', now)).toBe('3小时前');
  });
  it('have a day that depends on the zone', () => {
    const now = Date.parse('2024-01-09T18:00:00Z');
    expect(today('Asia/Shanghai', now)).toBe('2024-01-10');
    expect(today('UTC', now)).toBe('2024-01-09');
  });
});
