import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Check } from '../../../shared/contract/doctor.ts';
import { count } from '../../../shared/format.ts';
import { runTool } from '../devices/run-tool.ts';
import { workingFolderOrHome } from '../files/data-home.ts';
import { findCommand } from '../pipelines/find-command.ts';
import { parentGroup } from '../processes/worker-group.ts';
import { checkOf } from './check.ts';

/** The time limit of one call of a system tool. */
const TOOL_MS = 5_000;

/** One engine with 64 workers needs about 300 descriptors; a program that opens many files itself needs more. */
const FEW_OPEN_FILES = 1_024;
/** 64 workers of 16 threads each. */
const FEW_PROCESSES = 2_048;

/** Tools that are used where they exist, with their purposes. */
const TOOLS: readonly [name: string, use: string][] = [
  ['nvidia-smi', 'NVIDIA devices and their figures'],
  ['amd-smi', 'AMD devices and their figures'],
  ['stdbuf', 'line by line output of C programs'],
  ['py-spy', 'where a stalled Python program hangs'],
];

/** Checks the program and the system that it runs on. */
export function checkSystem(version: string): Check {
  const { ok, warning } = checkOf('system', 'System');
  const found = `Drover ${version} on ${process.platform} ${release()} (${process.arch}), Node ${process.versions.node}.`;
  if (process.platform === 'linux') return ok(found);
  return warning(found, 'Drover is tested on Linux; on this system its launcher has been used less.');
}

/** Reports how the processes of a worker are identified, so that none of them stays when it ends. */
export function checkWorkerProcesses(parent: string | null = parentGroup()): Check {
  const { ok } = checkOf('processes', 'Processes of workers');
  if (parent !== null)
    return ok(`Each worker has a control group of its own in ${parent}: what it starts cannot leave it.`);
  if (process.platform !== 'linux')
    return ok('They are identified by their process group; one that leaves it is not found.');
  return ok(
    'They are identified by process group, session and environment, as no control group (cgroup v2) is delegated to this user: one that leaves its session and empties its environment is not found.',
  );
}

/** Checks how many files and processes this user may have; Linux only. */
export function checkLimits(text: string | null = readText('/proc/self/limits')): Check[] {
  if (text === null) return [];
  const { ok, warning } = checkOf('limits', 'Limits');
  const files = softLimit(text, 'Max open files');
  const processes = softLimit(text, 'Max processes');
  const found = `${inWords(files)} open files, ${inWords(processes)} processes.`;
  if (files < FEW_OPEN_FILES) return [warning(found, `Raise the limit: ulimit -n ${FEW_OPEN_FILES * 4}`)];
  if (processes < FEW_PROCESSES) return [warning(found, `Raise the limit: ulimit -u ${FEW_PROCESSES * 4}`)];
  return [ok(found)];
}

function softLimit(text: string, name: string): number {
  const value = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(text)?.[1];
  return value === undefined || value === 'unlimited' ? Infinity : Number(value);
}

function inWords(limit: number): string {
  return limit === Infinity ? 'any number of' : count(limit);
}

/** Checks whether the clock is set by the network, where the system reports it. */
export async function checkClock(env: NodeJS.ProcessEnv): Promise<Check[]> {
  const { ok, warning } = checkOf('clock', 'Clock');
  const now = new Date().toISOString();
  const question = ['show', '--property=NTPSynchronized', '--value'];
  const answer = await runTool('timedatectl', question, { env, timeoutMs: TOOL_MS });
  if (answer.kind !== 'answered') return [ok(`It is ${now}; whether the network sets it is unknown.`)];
  if (answer.stdout.trim() !== 'no') return [ok(`It is ${now}, set by the network.`)];
  return [warning(`It is ${now}, not set by the network.`, 'Turn it on: timedatectl set-ntp true')];
}

/** Checks which of the tools were found, and where. */
export function checkTools(env: NodeJS.ProcessEnv): Check {
  const { ok } = checkOf('tools', 'Tools');
  const found = TOOLS.map(([name, use]) => {
    const path = findCommand(name, env, workingFolderOrHome());
    return path.ok ? path.value : `no ${name} (${use})`;
  });
  return ok(`${found.join(', ')}.`);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
