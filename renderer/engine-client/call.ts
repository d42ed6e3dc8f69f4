import { messageOf } from '../../shared/message-of.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { err, type Result } from '../../shared/result.ts';

/** Awaits an answer of the engine; a lost connection becomes a problem like any other. */
export async function call<T>(answer: Promise<Result<T, Problem>>): Promise<Result<T, Problem>> {
  try {
    return await answer;
  } catch (error) {
    return err(
      problem(
        'cannot-start',
        `The engine did not answer: ${messageOf(error)}`,
        'Try again when the connection is back.',
      ),
    );
  }
}
