import { describe, expect, it } from 'vitest';
import { paths, readPlace, safeNext } from './paths';

describe('paths', () => {
  it('are read back as they were made', () => {
    expect(readPlace(paths.home('demo'))).toEqual({ ws: 'demo', area: 'home' });
    expect(readPlace(paths.list('demo', 'account', 'all'))).toEqual({
      ws: 'demo',
      area: 'list',
      entity: 'account',
      view: 'all',
    });
    expect(readPlace(paths.record('demo', 'account', 'x1', 'all'))).toEqual({
      ws: 'demo',
      area: 'record',
      entity: 'account',
      view: 'all',
      record: 'x1',
    });
    expect(readPlace(paths.import('demo', 'account'))?.area).toBe('import');
    expect(readPlace(paths.build('demo', 'entities', 'account'))?.area).toBe('build');
    expect(readPlace('/sign-in')).toBeNull();
  });
  it('keep dots out of addresses of scripts', () => {
    expect(paths.script('demo', 'deal.before_save')).toBe('/w/demo/build/scripts/deal/before_save');
  });
  it('escape what a person may have typed', () => {
    expect(paths.record('demo', 'a/b', '?')).toBe('/w/demo/a%2Fb/r/%3F');
  });
  it('never lead away from the app after sign-in', () => {
    expect(safeNext('/w/demo?x=1')).toBe('/w/demo?x=1');
    expect(safeNext('//evil.example')).toBe('/');
    expect(safeNext('/\\evil.example')).toBe('/');
    expect(safeNext('https://evil.example')).toBe('/');
    expect(safeNext(null)).toBe('/');
  });
});
