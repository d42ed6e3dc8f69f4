import { runTool } from '../devices/run-tool.ts';
import type { Environment } from '../files/data-home.ts';

/** How long a tool may take to print the kernel log (ms): it is read only after a failure, and a worker's next start waits for it. */
const KERNEL_LOG_MS = 3_000;

/** How much of the end of the kernel log is looked at (characters). */
const KERNEL_LOG_CHARACTERS = 512 * 1024;

/** A line of the kernel log. */
export interface KernelLine {
  /** Seconds since the machine was started; null where the line does not say. */
  at: number | null;
  text: string;
}

/** Both print `[ 1843.308145] text`. The first needs rights on many machines; the second is there where systemd is. */
const TOOLS = [
  ['dmesg'],
  ['journalctl', '--dmesg', '--boot', '--output=short-monotonic', '--no-pager', '--quiet', '--lines=2000'],
] as const;

/** The end of the kernel log; null where this user may not read it. */
export async function readKernelLog(env: Environment): Promise<KernelLine[] | null> {
  for (const [file, ...args] of TOOLS) {
    const answer = await runTool(file, args, { env: { ...env }, timeoutMs: KERNEL_LOG_MS });
    if (answer.kind === 'answered' && answer.stdout.trim() !== '')
      return parseKernelLog(answer.stdout.slice(-KERNEL_LOG_CHARACTERS));
  }
  return null;
}

/** Reads lines as `dmesg` and `journalctl --output=short-monotonic` print them. */
export function parseKernelLog(text: string): KernelLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const match = /^(?:<\d+>)?\[\s*(\d+\.\d+)\]\s?(.*)$/.exec(line);
      return match === null ? { at: null, text: line } : { at: Number(match[1]), text: match[2] ?? '' };
    });
}

/** Lines since a moment after the start of the machine; those without a time count. */
export function since(lines: readonly KernelLine[], seconds: number): KernelLine[] {
  return lines.filter(({ at }) => at === null || at >= seconds);
}

/** The kernel's word that it killed a process for want of memory; null when it says so of none of these. */
export function findOomKill(lines: readonly KernelLine[], pids: ReadonlySet<number>): string | null {
  const found = lines.findLast(({ text }) => {
    const pid = /Killed process (\d+)\b/.exec(text)?.[1] ?? /oom-kill:.*\bpid=(\d+)/.exec(text)?.[1];
    return pid !== undefined && pids.has(Number(pid));
  });
  return found?.text.trim() ?? null;
}
