import { expect, test } from 'vitest';
import { failure, failureReasonSchema, failureSchema } from '../../../../shared/run/failure.ts';

test.each(failureReasonSchema.options)('%s comes with a sentence that says what to do', (reason) => {
  const made = failure(reason, 'the line that shows it');
  expect(failureSchema.parse(made)).toEqual(made);
  expect(made.advice).toMatch(/^[A-Z].*\.$/);
});

test('a better advice takes the place of the standing one', () => {
  expect(failure('timeout', '9 s', 'Wait longer.')).toEqual({
    reason: 'timeout',
    evidence: '9 s',
    advice: 'Wait longer.',
  });
});
