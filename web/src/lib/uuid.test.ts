import { expect, it } from 'vitest';
import { uuidV7 } from './uuid';

it('a uuid carries its time, version and variant', () => {
  const id = uuidV7(0x0123456789ab);
  expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidV7()).not.toBe(uuidV7());
});
