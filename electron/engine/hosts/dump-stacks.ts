import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { runTool } from '../devices/run-tool.ts';
import type { Environment } from '../files/data-home.ts';

/** How long the dump of a stack may take (ms), how many processes of a worker get one, and how many lines of it are kept. */
const STACK_DUMP_MS = 10_000;
const STACK_DUMP_PROCESSES = 4;
const STACK_DUMP_LINES = 200;

/** The stack of one process of a worker, or why it cannot be read. */
export type StackDump = { pid: number; lines: readonly string[] } | { pid: number; why: string };

/** Returns the stacks of Python processes, by `py-spy dump`; none where py-spy is missing. */
export async function dumpStacks(pids: readonly number[], env: Environment): Promise<StackDump[]> {
  const dumps: StackDump[] = [];
  for (const pid of pids.filter(isPython).slice(0, STACK_DUMP_PROCESSES)) {
    const options = { env: { ...env }, timeoutMs: STACK_DUMP_MS };
    const answer = await runTool('py-spy', ['dump', '--pid', String(pid)], options);
    if (answer.kind === 'missing') break;
    if (answer.kind === 'answered') {
      const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '');
      dumps.push({ pid, lines: lines.slice(0, STACK_DUMP_LINES) });
    } else {
      const why = answer.kind === 'failed' ? answer.output.trim() : `it gave no answer (${answer.kind})`;
      dumps.push({ pid, why });
    }
  }
  return dumps;
}

/** Where the system does not report which program a process runs, py-spy is asked. */
function isPython(pid: number): boolean {
  try {
    return /python|pypy/i.test(basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    return process.platform !== 'linux';
  }
}
