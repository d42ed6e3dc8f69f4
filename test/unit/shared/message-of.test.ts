import { expect, test } from 'vitest';
import { messageOf } from '../../../shared/message-of.ts';

test.each([
  ['an error', new TypeError('no such thing'), 'no such thing'],
  ['a text', 'cut off', 'cut off'],
  ['nothing', undefined, 'undefined'],
])('%s that was thrown says what it is', (_, thrown, said) => {
  expect(messageOf(thrown)).toBe(said);
});
