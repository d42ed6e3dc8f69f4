/**
 * The prefix of a message in lines of Python's `logging` and of the helpers: time, worker, name and level.
 * `2026-11-21 05:15:00,123 - Worker 0 - kmer-embed - ERROR - ` and, without a worker, `2026-11-21 05:15:00,123 - root - WARNING - `
 */
const PREFIX =
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?Z? - (?:Worker \d+ - )?\S+ - (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - (?=\S)/;
/** Prefixes of other loggers: `2026-11-21 05:15:00,123 ERROR x`, `[2026-11-21 05:15:00] [ERROR] x`, `2026-11-21 05:15:00.123 | ERROR | x`. */
const TIME_AND_LEVEL =
  /^\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?(?: ?[-|:] ?| )\[?(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL) *\]?(?: ?[-|:] ?| )(?=\S)/;
/** The prefix of Python's `logging` without a configuration: `ERROR:root:x`. */
const LEVEL_AND_NAME = /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.-]+:(?=\S)/;

/** Returns the message of a log line, for displays with little room; a line without a known prefix is returned whole. */
export function withoutLogPrefix(line: string): string {
  const prefix = [PREFIX, TIME_AND_LEVEL, LEVEL_AND_NAME].find((one) => one.test(line));
  return prefix === undefined ? line : line.replace(prefix, '');
}
