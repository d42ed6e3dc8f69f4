import type { Problem } from '../problem.ts';
import type { Result } from '../result.ts';

/** The answer of every method: its value, or a problem that a person can solve. */
export type Answer<T> = Result<T, Problem>;
