import { describe, expect, it } from 'vitest';
import { ApiError, fieldOfPath, splitProblems } from './error';

const fields = new Set(['amount', 'close_date']);

describe('problems of a reply', () => {
  it('find their field in every form of path', () => {
    expect(fieldOfPath('amount', fields)).toBe('amount');
    expect(fieldOfPath('/amount', fields)).toBe('amount');
    expect(fieldOfPath('records[0].close_date', fields)).toBe('close_date');
    expect(fieldOfPath('nothing', fields)).toBeUndefined();
  });
  it('are put beside their fields, and the others kept', () => {
    const error = new ApiError(422, {
      title: 'Invalid',
      code: 'invalid_record',
      errors: [
        { path: 'amount', code: 'required', message: 'Amount is required.' },
        { path: 'amount', code: 'min', message: 'Too small.' },
        { path: '', code: 'script', message: 'The hook refused.' },
      ],
    });
    expect(splitProblems(error, fields)).toEqual({
      byField: { amount: 'Amount is required. Too small.' },
      rest: ['The hook refused.'],
    });
  });
  it('carry both values of a conflict', () => {
    const error = new ApiError(412, { base: {}, yours: {}, theirs: {}, current_revision: 4 });
    expect(error.conflict?.current_revision).toBe(4);
    expect(new ApiError(412, {}).conflict).toBeUndefined();
  });
});
