import type { CliContext } from './cli-context.ts';

/** So much of the end of a run's log is looked at. */
const TAIL_BYTES = 64 * 1024;
/** So many errors are told. */
const TOLD_ERRORS = 3;

/** An error that no worker and no item has, as the run's own log tells it. */
export interface RunLogError {
  message: string;
  advice: string | null;
}

interface LogRecord {
  time?: unknown;
  level?: unknown;
  message?: unknown;
  fields?: { advice?: unknown };
}

/**
 * The last errors in `run.log`: why a run failed when nothing of it did. Empty when there are none, or no such log.
 * @param since ISO time; what went wrong under earlier owners is left out
 */
export async function runLogErrors({ engine }: CliContext, run: string, since: string): Promise<RunLogError[]> {
  const sources = await engine.logSources({ run });
  const log = sources.ok ? sources.value.find(({ source }) => source === 'run') : undefined;
  if (log === undefined) return [];
  const offset = Math.max(0, log.size - TAIL_BYTES);
  const range = await engine.readLog({ run, source: 'run', offset, length: TAIL_BYTES });
  if (!range.ok) return [];
  const lines = new TextDecoder().decode(range.value.bytes).split('\n');
  return lines.flatMap((line) => errorOf(line, since)).slice(-TOLD_ERRORS);
}

function errorOf(line: string, since: string): RunLogError[] {
  try {
    const record = JSON.parse(line) as LogRecord;
    if (typeof record.time !== 'string' || record.time < since) return [];
    if (record.level !== 'ERROR' || typeof record.message !== 'string') return [];
    const advice = record.fields?.advice;
    return [{ message: record.message, advice: typeof advice === 'string' ? advice : null }];
  } catch {
    // The first line of the range may be cut.
    return [];
  }
}
