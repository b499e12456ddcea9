/** R18: phones are compared as E.164 by the connection's country, and looked up in each form that people write. */
import { expect, test } from 'vitest';
import { normalisePhone } from '../../activities/phone.ts';

test.each([
  ['national, with spaces', '601 234 567', 'PL', '+48601234567'],
  ['international', '+48 601-234-567', 'PL', '+48601234567'],
  ['with the international prefix', '0048601234567', 'PL', '+48601234567'],
  ['country code without a plus', '48601234567', 'PL', '+48601234567'],
  ['in brackets', '(+48) 601 234 567', 'PL', '+48601234567'],
  ['another country’s, in international form', '+39 333 123 4567', 'PL', '+393331234567'],
  ['an Italian land line keeps its zero', '02 1234 5678', 'IT', '+390212345678'],
  ['a country in small letters', '333 123 4567', 'it', '+393331234567'],
])('R18 %s', (_name, text, country, e164) => {
  expect(normalisePhone(text, country).e164).toBe(e164);
});

test.each(['', 'call the shop', '12', '1234567890123456789'])('R18 %j is no number that could be compared', (text) => {
  expect(normalisePhone(text, 'PL').e164).toBeUndefined();
});

test('R18 the written forms are E.164, its digits, the national digits and the digits as written, each once', () => {
  expect(normalisePhone('0048 601 234 567', 'PL').writtenForms).toEqual(['+48601234567', '48601234567', '601234567', '0048601234567']);
  expect(normalisePhone('601234567', 'PL').writtenForms).toEqual(['+48601234567', '48601234567', '601234567']);
  expect(normalisePhone('020 7946 0018', 'GB').writtenForms).toEqual(['+442079460018', '442079460018', '2079460018', '02079460018']);
  expect(normalisePhone('12', 'PL').writtenForms).toEqual(['12']);
  expect(normalisePhone('none', 'PL').writtenForms).toEqual([]);
});

test('R18 an unknown country reads international numbers only', () => {
  expect(normalisePhone('+48601234567', 'XX').e164).toBe('+48601234567');
  expect(normalisePhone('601234567', 'XX').e164).toBeUndefined();
});
