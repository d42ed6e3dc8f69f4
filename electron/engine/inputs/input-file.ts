/** An input as it was found. */
export interface InputFile {
  /** Absolute; a link keeps its own name. */
  file: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970, as the file system gives them. */
  mtime_ms: number;
  /** The folder below the PATH that found it, or below the fixed part of a pattern; empty at the top. */
  relative_dir: string;
}
