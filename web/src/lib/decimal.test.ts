import { describe, expect, it } from 'vitest';
import { addDecimals, compareDecimal, currencyScale, readDecimal, showDecimal } from './decimal';

const read = (text: string, scale = 2) => {
  const reading = readDecimal(text, scale);
  return reading.ok ? reading.value : reading.fault;
};

describe('decimal text', () => {
  it('is brought to its scale', () => {
    expect(read('12.5')).toBe('12.50');
    expect(read('007')).toBe('7.00');
    expect(read('.5')).toBe('0.50');
    expect(read('3.')).toBe('3.00');
    expect(read('5', 0)).toBe('5');
  });
  it('accepts grouping, currency signs and full-width digits', () => {
    expect(read('1,234,567.80')).toBe('1234567.80');
    expect(read('¥ 1,200')).toBe('1200.00');
    expect(read('１２３．４')).toBe('123.40');
    expect(read('−8')).toBe('-8.00');
  });
  it('is refused when it would have to be guessed or rounded', () => {
    expect(read('1,23')).toBe('not_a_number');
    expect(read('12.345')).toBe('too_many_decimals');
    expect(read('12.3400')).toBe('12.34');
    expect(read('abc')).toBe('not_a_number');
    expect(read('')).toBe('not_a_number');
    expect(read('.')).toBe('not_a_number');
    expect(read('1e5')).toBe('not_a_number');
    expect(read('99999999999999999')).toBe('too_long');
  });
  it('has no negative zero', () => {
    expect(read('-0.00')).toBe('0.00');
  });
  it('adds and compares beyond what a float holds', () => {
    expect(addDecimals(['0.10', '0.20'])).toBe('0.30');
    expect(addDecimals(['9007199254740993.01', '0.01'])).toBe('9007199254740993.02');
    expect(addDecimals(['-0.05', '0.01'])).toBe('-0.04');
    expect(addDecimals([])).toBe('0');
    expect(compareDecimal('10.00', '9.99')).toBe(1);
    expect(compareDecimal('1.5', '1.50')).toBe(0);
    expect(compareDecimal('-2', '1')).toBe(-1);
  });
  it('is shown exactly', () => {
    expect(showDecimal('9007199254740993.01', 'en')).toBe('9,007,199,254,740,993.01');
    expect(showDecimal('1234.50', 'en', 'USD')).toBe('$1,234.50');
    expect(showDecimal('12abc', 'en')).toBe('12abc');
  });
  it('knows how many minor digits a currency has', () => {
    expect(currencyScale('JPY')).toBe(0);
    expect(currencyScale('CNY')).toBe(2);
  });
});
