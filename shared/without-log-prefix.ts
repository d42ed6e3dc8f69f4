/**
 * What stands before the message in lines of Python's `logging` and of the helpers: time, worker, name and level.
 * `2026-11-21 05:15:00,123 - Worker 0 - embed - ERROR - ` and, without a worker, `2026-11-21 05:15:00,123 - root - WARNING - `
 */
const PREFIX =
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?Z? - (?:Worker \d+ - )?[\w.]+ - (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - (?=\S)/;

/** The message of a log line; a line that begins otherwise stays whole. Where the room is short, the message is what people need. */
export function withoutLogPrefix(line: string): string {
  return line.replace(PREFIX, '');
}
