import type { Problem } from '../problem.ts';
import type { Result } from '../result.ts';

/** Anything that can be refused for a reason a person can mend. */
export type Answer<T> = Result<T, Problem>;
