/** Types of sequence-counter.mjs for the engine. */

export class SequenceCounter {
  constructor(weigh: ((letters: number) => number) | null);
  take(piece: Buffer): void;
  finish(): number;
}
