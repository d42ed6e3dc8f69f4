import type { Problem } from '../problem.ts';
import type { Result } from '../result.ts';

/** The result of a call that may be refused for a reason that a person can fix. */
export type Answer<T> = Result<T, Problem>;
