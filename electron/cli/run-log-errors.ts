import type { CliContext } from './cli-context.ts';

/** So much of the end of a run's log is looked at. */
const TAIL_BYTES = 64 * 1024;
/** So many errors are told. */
const TOLD_ERRORS = 3;
/** What an engine writes into the log when it takes a run. */
const RUN_TAKEN = 'run taken';

/** An error that no worker and no item has, as the run's own log tells it. */
export interface RunLogError {
  message: string;
  advice: string | null;
}

interface LogRecord {
  level?: unknown;
  message?: unknown;
  fields?: { advice?: unknown };
}

/**
 * The last errors in `run.log`: why a run failed when nothing of it did. Empty when there are none, or no such log. What went wrong under
 * earlier owners is left out: it stands before the line with which the last one took the run, whatever their clocks said.
 */
export async function runLogErrors({ engine }: CliContext, run: string): Promise<RunLogError[]> {
  const sources = await engine.logSources({ run });
  const log = sources.ok ? sources.value.find(({ source }) => source === 'run') : undefined;
  if (log === undefined) return [];
  const offset = Math.max(0, log.size - TAIL_BYTES);
  const range = await engine.readLog({ run, source: 'run', offset, length: TAIL_BYTES });
  if (!range.ok) return [];
  const records = new TextDecoder().decode(range.value.bytes).split('\n').flatMap(recordOf);
  const taken = records.findLastIndex(({ message }) => message === RUN_TAKEN);
  return records
    .slice(taken + 1)
    .flatMap(errorOf)
    .slice(-TOLD_ERRORS);
}

function errorOf(record: LogRecord): RunLogError[] {
  if (record.level !== 'ERROR' || typeof record.message !== 'string') return [];
  const advice = record.fields?.advice;
  return [{ message: record.message, advice: typeof advice === 'string' ? advice : null }];
}

function recordOf(line: string): LogRecord[] {
  try {
    return [JSON.parse(line) as LogRecord];
  } catch {
    // The first line of the range may be cut.
    return [];
  }
}
