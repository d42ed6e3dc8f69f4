import type { FailureReason } from '../../../../shared/run/failure.ts';

/** A pattern of a log line that shows why a program failed. */
export interface Signature {
  readonly reason: FailureReason;
  readonly pattern: RegExp;
  /** Lines as programs print them; each is classified as this reason. */
  readonly examples: readonly [string, ...string[]];
  /** Programs may go on after it: a later error is the cause then. */
  readonly hint?: true;
  /** What to do about this message, where more is known than for the reason. */
  readonly advice?: string;
}

/** A pattern that is only a consequence of a cause, mostly of another process. */
export interface Aftermath {
  readonly pattern: RegExp;
  readonly examples: readonly [string, ...string[]];
  /** What it is a sign of, where nothing better is found; null when it means nothing by itself. */
  readonly reason: FailureReason | null;
}
