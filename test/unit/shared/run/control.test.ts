import { expect, test } from 'vitest';
import { controlAnswerSchema, controlRequestSchema } from '../../../../shared/run/control.ts';

test('a stop is a request', () => {
  const request = { request: 'stop', force: false, by: 'drover stop' };
  expect(controlRequestSchema.parse(request)).toEqual(request);
});

test.each([
  ['another request', { request: 'delete', force: false, by: 'x' }],
  ['a request without a name behind it', { request: 'stop', force: false }],
  ['a force that is no boolean', { request: 'stop', force: 'yes', by: 'x' }],
  ['a name without end', { request: 'stop', force: false, by: 'x'.repeat(201) }],
  ['no object', 'stop'],
])('%s is refused', (_, request) => {
  expect(controlRequestSchema.safeParse(request).success).toBe(false);
});

test('an answer says whether it was accepted, and why', () => {
  expect(controlAnswerSchema.safeParse({ accepted: true }).success).toBe(false);
  expect(controlAnswerSchema.parse({ accepted: false, message: 'no' })).toEqual({ accepted: false, message: 'no' });
});
