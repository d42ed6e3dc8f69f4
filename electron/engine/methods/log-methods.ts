import type { Methods } from '../../../shared/contract/methods.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { readLogRange } from '../logs/read-log-range.ts';
import { tailLines } from '../logs/tail-lines.ts';
import type { EngineCore } from './engine-core.ts';
import { findLog, findLogToCome, listLogs } from './find-log.ts';

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
      return log.ok ? readOrSay(log.value.path, (path) => readLogRange(path, offset, length)) : log;
    },
    async tailLog({ lines, ...name }) {
      const log = await findLogToCome(core, name);
      return log.ok ? readOrSay(log.value.path, (path) => tailOf(path, lines)) : log;
    },
  };
}

async function tailOf(path: string, lines: number): Promise<{ offset: number; bytes: Uint8Array; size: number }> {
  const { offset, bytes, size } = await tailLines(path, lines, { maxBytes: RANGE_MAX_BYTES });
  return { offset, bytes, size };
}

/** A log that is there may still be unreadable: its rights, its disk. */
async function readOrSay<T>(path: string, read: (path: string) => Promise<T>): Promise<Result<T, Problem>> {
  try {
    return ok(await read(path));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return err(
      problem(
        'unreadable-input',
        `The log ${path} cannot be read: ${said}.`,
        'Check that it is a file and may be read.',
      ),
    );
  }
}
