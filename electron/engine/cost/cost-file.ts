/** What is known of a file before it is costed; the cache goes by all three. */
export interface CostFile {
  /** Absolute. */
  file: string;
  /** Bytes. */
  size: number;
  mtime_ms: number;
}

/** A file that could not be costed. */
export interface CostProblem {
  /** Its place in the list that was given. */
  index: number;
  file: string;
  /** What happened and to what, in a sentence. */
  message: string;
}
