import type { LogName, LogSource } from '../../../shared/contract/logs.ts';
import type { Methods } from '../../../shared/contract/methods.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { adviceOnReading, type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { findLogs, type LogsFound } from '../logs/find-log-sources.ts';
import { readLogRange, tailLines } from '../logs/read-log-range.ts';
import { isRunSource, logSourcePath } from '../run-directory/paths.ts';
import type { EngineCore } from './engine-core.ts';

/** The most bytes of a log in one answer: as in the contract's `readLog`. */
const RANGE_MAX_BYTES = 4 * 1024 * 1024;

type LogMethods = Pick<Methods, 'logSources' | 'readLog' | 'tailLog'>;

/** Methods about the logs of a run: which there are, and their bytes by range. */
export function logMethods(core: EngineCore): LogMethods {
  return {
    async logSources({ run }) {
      const found = core.find(run);
      return found.ok ? listLogs(core, found.value.directory) : found;
    },
    async readLog({ offset, length, ...name }) {
      const log = await findLog(core, name);
      return log.ok ? readOrProblem(log.value.path, (path) => readLogRange(path, offset, length)) : log;
    },
    async tailLog({ lines, ...name }) {
      const log = await findLogToCome(core, name);
      return log.ok ? readOrProblem(log.value.path, (path) => tailOf(path, lines)) : log;
    },
  };
}

async function tailOf(path: string, lines: number): Promise<{ offset: number; bytes: Uint8Array; size: number }> {
  const { offset, bytes, size } = await tailLines(path, lines, { maxBytes: RANGE_MAX_BYTES });
  return { offset, bytes, size };
}

/** Reads a log. It may be unreadable although it is there: its permissions, its disk. */
async function readOrProblem<T>(path: string, read: (path: string) => Promise<T>): Promise<Result<T, Problem>> {
  try {
    return ok(await read(path));
  } catch (error) {
    const why = messageOf(error);
    return err(
      problem(
        'unreadable-input',
        `The log ${path} cannot be read: ${why}.`,
        'Check that it is a file and may be read.',
      ),
    );
  }
}

/** Where a log is. */
export interface FoundLog {
  /** The whole id of its run. */
  run: string;
  path: string;
  /** null for a log of the whole run. */
  step: number | null;
  size: number;
}

/** Lists the logs that a run has now; packed logs in an unpacked copy. */
export async function listLogs(core: EngineCore, directory: string): Promise<Result<LogSource[], Problem>> {
  const folder = await core.packedCopies.folderOf(directory);
  if (!folder.ok) return folder;
  const { logs, unreadable } = findLogs(folder.value);
  const [first] = unreadable;
  // If some can be read, a missing one is noticed by name. If none can be read, an empty list would be untrue.
  return logs.length === 0 && first !== undefined ? err(unreadableLogs(directory, first.message)) : ok(logs);
}

function unreadableLogs(directory: string, why: string): Problem {
  const message = `The logs of ${directory} cannot be read: ${why}.`;
  return problem('data-folder', message, adviceOnReading(why, 'Look whether its disk is there, then try again.'));
}

/** Lends the logs of a run to a reader. If they are packed in an archive that cannot be read, it passes the reason instead. */
export function lendLogs<T>(core: EngineCore, directory: string, read: (found: LogsFound) => Promise<T>): Promise<T> {
  return core.packedCopies.withFolder(directory, (folder) =>
    read(
      folder.ok
        ? findLogs(folder.value)
        : { logs: [], unreadable: [{ source: null, step: null, message: folder.error.message }] },
    ),
  );
}

/** Finds an existing log by its name. Without a step it is the log of the last step that has one. */
export async function findLog(core: EngineCore, name: LogName): Promise<Result<FoundLog, Problem>> {
  const found = core.find(name.run);
  if (!found.ok) return found;
  const { run, directory } = found.value;
  const sources = await listLogs(core, directory);
  if (!sources.ok) return sources;
  // Only what is listed can be read: a source is compared and never becomes part of a path.
  const log = sources.value.findLast(
    ({ source, step }) => source === name.source && (name.step === undefined || step === name.step || step === null),
  );
  if (log !== undefined) return ok({ run, path: log.path, step: log.step, size: log.size });
  const names = [...new Set(sources.value.map(({ source }) => source))].join(', ');
  return err(problem('unknown-source', `Run ${run} has no log "${name.source}".`, `There are: ${names}.`));
}

/** Finds a log that exists or may come: a worker that has not started yet is named with its step. */
export async function findLogToCome(core: EngineCore, name: LogName): Promise<Result<FoundLog, Problem>> {
  const there = await findLog(core, name);
  const found = core.find(name.run);
  if (there.ok || !found.ok) return there;
  const ofRun = isRunSource(name.source);
  if (!ofRun && name.step === undefined) return there;
  const step = ofRun ? null : (name.step ?? null);
  const path = logSourcePath(found.value.directory, name.source, step ?? 1);
  return path === null ? there : ok({ run: found.value.run, path, step, size: 0 });
}
