import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { runTool } from '../devices/run-tool.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';
import type { StepSetup } from './step-setup.ts';

/** How long the dump of a stack may take (ms), how many processes of a worker get one, and how many lines of it are kept. */
const STACK_DUMP_MS = 10_000;
const STACK_DUMP_PROCESSES = 4;
const STACK_DUMP_LINES = 200;

/** Writes where the Python processes of a worker stand into the validator log, by `py-spy dump`; nothing where there is no py-spy. */
export async function dumpStacks(slot: WorkerSlot, { env, logs, table }: StepSetup): Promise<void> {
  for (const pid of slot.members(table.look()).filter(isPython).slice(0, STACK_DUMP_PROCESSES)) {
    const answer = await runTool('py-spy', ['dump', '--pid', String(pid)], {
      env: { ...env },
      timeoutMs: STACK_DUMP_MS,
    });
    if (answer.kind === 'missing') return;
    if (answer.kind === 'answered') {
      const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '');
      for (const line of lines.slice(0, STACK_DUMP_LINES))
        logs.validator.write('INFO', `stack of ${pid}: ${line}`, {}, slot);
    } else {
      const why = answer.kind === 'failed' ? answer.output.trim() : `it was given up (${answer.kind})`;
      logs.validator.write('INFO', 'py-spy could not read the stack', { pid, why }, slot);
    }
  }
}

/** Where the system does not tell what a process runs, py-spy is asked. */
function isPython(pid: number): boolean {
  try {
    return /python|pypy/i.test(basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    return process.platform !== 'linux';
  }
}
