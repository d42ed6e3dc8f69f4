/** A file before its cost is known; the cache compares all three values. */
export interface CostFile {
  /** Absolute. */
  file: string;
  /** Bytes. */
  size: number;
  mtime_ms: number;
}

/** A file that could not be costed. */
export interface CostProblem {
  /** Its index in the given list. */
  index: number;
  file: string;
  /** What happened and to what, in a sentence. */
  message: string;
}
