import type { FailureReason } from '../../../../shared/run/failure.ts';

/** A wording by which a line of a log gives away why a program failed. */
export interface Signature {
  readonly reason: FailureReason;
  readonly pattern: RegExp;
  /** Lines as programs print them; each is read as this reason. */
  readonly examples: readonly [string, ...string[]];
  /** Programs also go on after it: whatever more is found later is the cause then. */
  readonly hint?: true;
  /** What to do about this wording, where more can be said than of the reason. */
  readonly advice?: string;
}

/** A wording that only follows from a cause, mostly somebody else's. */
export interface Aftermath {
  readonly pattern: RegExp;
  readonly examples: readonly [string, ...string[]];
  /** Where nothing better is found, what it is a sign of; null when it says nothing by itself. */
  readonly reason: FailureReason | null;
}
