/**
 * What stands before the message in lines of Python's `logging` and of the helpers: time, worker, name and level.
 * `2026-11-21 05:15:00,123 - Worker 0 - kmer-embed - ERROR - ` and, without a worker, `2026-11-21 05:15:00,123 - root - WARNING - `
 */
const PREFIX =
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?Z? - (?:Worker \d+ - )?\S+ - (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - (?=\S)/;
/** Other lines of loggers: `2026-11-21 05:15:00,123 ERROR x`, `[2026-11-21 05:15:00] [ERROR] x`, `2026-11-21 05:15:00.123 | ERROR | x`. */
const TIME_AND_LEVEL =
  /^\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?(?: ?[-|:] ?| )\[?(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL) *\]?(?: ?[-|:] ?| )(?=\S)/;
/** Python's `logging` as it is without being set up: `ERROR:root:x`. */
const LEVEL_AND_NAME = /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.-]+:(?=\S)/;

/** The message of a log line; a line that begins otherwise stays whole. Where the room is short, the message is what people need. */
export function withoutLogPrefix(line: string): string {
  const prefix = [PREFIX, TIME_AND_LEVEL, LEVEL_AND_NAME].find((one) => one.test(line));
  return prefix === undefined ? line : line.replace(prefix, '');
}
