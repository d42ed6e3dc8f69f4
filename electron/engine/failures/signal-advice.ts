import type { OomVerdict } from './machine-signs.ts';

const CRASHES: Readonly<Record<string, string>> = {
  SIGSEGV:
    'The program itself crashed (invalid memory access); try the item alone, or another version of its libraries.',
  SIGABRT: 'The program gave itself up; the lines before in its log say why.',
  SIGBUS: 'The program crashed on memory that is not there: a file was cut off under it, or /dev/shm is full.',
  SIGILL: 'The program is built for a newer processor than this machine has; install a build for this one.',
  SIGFPE: 'The program crashed on arithmetic such as a division by zero; try the item alone.',
  SIGXCPU: 'A limit of processor time ended it; see "ulimit -t".',
  SIGXFSZ: 'A limit on the size of files ended it; see "ulimit -f".',
  SIGHUP: 'Its terminal or session was closed; something outside Drover ended it.',
};

/**
 * What to do about a process that a signal ended.
 * @param oom what the machine says about a kill for want of memory
 */
export function adviceForSignal(signal: string, oom: OomVerdict): string | undefined {
  if (signal !== 'SIGKILL') return CRASHES[signal];
  return oom.killed === null
    ? 'Somebody killed it, or the machine ran out of main memory: neither the kernel’s log nor its counters can be read here, so ask an administrator for "dmesg".'
    : 'Somebody or another program killed it: the kernel counted no out-of-memory kill.';
}
