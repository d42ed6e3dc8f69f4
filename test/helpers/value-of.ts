import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** What was answered; a refusal fails the test with its message. */
export function valueOf<T>(answer: Result<T, Problem>): T {
  if (answer.ok) return answer.value;
  throw new Error(`${answer.error.message} ${answer.error.advice}`);
}
