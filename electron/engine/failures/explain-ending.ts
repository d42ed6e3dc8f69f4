import { accessSync, constants } from 'node:fs';
import { adviceFor, type Failure, type FailureReason, failure } from '../../../shared/run/failure.ts';
import type { Ending, StopCause } from '../../../shared/run/worker-state.ts';
import { withoutLogPrefix } from '../../../shared/without-log-prefix.ts';
import { readTextEnd } from '../files/open-if-there.ts';
import { stripTerminalControls } from '../logs/strip-terminal-controls.ts';
import { type Findings, failureOfSign, findCause } from './find-cause.ts';
import type { MachineSigns, OomVerdict } from './machine-signs.ts';
import { nameDevice, type SeenDevices } from './translate-device.ts';
import type { Xid } from './xid.ts';

/** Longest text of a system's message or a last line that is kept as evidence (characters). */
const EVIDENCE_CHARACTERS = 600;

/** The status by which shells and env report that a program could not be run. */
const NOT_FOUND_STATUS = 127;
const NOT_EXECUTABLE_STATUS = 126;

/** Reasons for which a device's own error is searched for in the kernel log. */
const DEVICE_TROUBLE: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'poisoned-context',
  'device-lost',
  'device-fault',
  'cuda-not-available',
  'device-busy',
]);

const CRASHES: Readonly<Record<string, string>> = {
  SIGSEGV:
    'The program itself crashed (invalid memory access); try the item alone, or another version of its libraries.',
  SIGABRT: 'The program aborted itself; the lines before in its log show why.',
  SIGBUS: 'The program crashed on memory that does not exist: a file was cut off under it, or /dev/shm is full.',
  SIGILL: 'The program is built for a newer processor than this machine has; install a build for this one.',
  SIGFPE: 'The program crashed on arithmetic such as a division by zero; try the item alone.',
  SIGXCPU: 'A limit of processor time ended it; see "ulimit -t".',
  SIGXFSZ: 'A limit on the size of files ended it; see "ulimit -f".',
  SIGHUP: 'Its terminal or session was closed; something outside Drover ended it.',
};

/** How much of the end of a log is read to find the cause: a failed assertion on a device prints thousands of lines before its traceback. */
const CAUSE_BYTES = 256 * 1024;

/** Reasons that a missing or locked input may be reported as: programs differ in their messages about it. */
const VAGUE: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'file-missing',
  'permission-denied',
  'invalid-input',
  'exit-code',
  'reported-failed',
  'left-unfinished',
  'output-missing',
]);

export interface EndingContext extends Ending {
  /** Why we ended it; null when it ended by itself. */
  cause: StopCause | null;
  /** What made us replace it, with the cause `replaced`. */
  replacedFor: Failure | null;
  logPath: string;
  /** Where in the log the present work began, in bytes: errors of earlier items do not explain it. */
  from: number;
  /** Where the work before that began, if the output at its end may belong to either. A signal is not explained by that output. */
  unsureFrom: number | null;
  seen: SeenDevices;
  /** The worker's processes, as far as known. */
  pids: ReadonlySet<number>;
  /** When the present work began, seconds after the machine's start. */
  since: number;
  /** How many kills for lack of memory were counted then. */
  killsBefore: number | null;
}

/**
 * Explains why a process that did not succeed ended. First counts what we did to it, then what is certain in the kernel log, then the process's log,
 * then its status.
 */
export async function explainEnding(context: EndingContext, machine: MachineSigns): Promise<Failure> {
  const byUs = explainStop(context);
  if (byUs !== null) return byUs;
  const { logPath, from, unsureFrom, signal } = context;
  const { text, found } = findInLog({ logPath, from, unsureFrom: signal === null ? unsureFrom : null });
  const kernel = asksKernel(context, found) ? await machine.kernelSince(context.since) : null;
  const oom: OomVerdict =
    context.signal === 'SIGKILL' ? machine.oomVerdict(kernel, context.pids, context.killsBefore) : { killed: false };
  if (oom.killed === true) return withCollateral(failure('host-out-of-memory', oom.evidence), found);
  const xid = await machine.xidOf(kernel, context.seen.device);
  const fromLog = explainLog(context, found);
  if (xid !== null && (fromLog === null || xid.meaning.reason !== 'poisoned-context'))
    return explainXid(xid, context.seen, found);
  if (fromLog !== null)
    return xid === null ? fromLog : { ...fromLog, collateral: [...(fromLog.collateral ?? []), xid.text] };
  return explainStatus(context, found, oom, text);
}

function explainStop({ cause, replacedFor }: EndingContext): Failure | null {
  switch (cause) {
    case null:
    case 'leftover':
      return null;
    case 'timeout':
      return failure('timeout', 'the item took longer than timeout_seconds');
    case 'stalled':
      return failure('stalled', 'no output and no report for longer than the worker may be silent');
    case 'device-lost':
      return replacedFor ?? failure('device-lost', 'the device vanished');
    case 'replaced':
      return replacedFor ?? failure('poisoned-context', 'the worker could not go on and was replaced');
    case 'run-stopped':
    case 'run-killed':
    case 'engine-ending':
      return failure('killed-by-us', 'the run was stopped');
  }
}

/** Returns whether the kernel log is read: it takes time, so only where a signal or the device is involved. */
function asksKernel({ signal, seen }: EndingContext, { cause, exception }: Findings): boolean {
  if (signal === 'SIGKILL' || signal === 'SIGBUS') return true;
  if (seen.device.kind !== 'nvidia' && seen.device.kind !== 'mig') return false;
  return signal !== null || (cause !== null && DEVICE_TROUBLE.has(cause.reason)) || /CUDA|GPU/.test(exception ?? '');
}

/**
 * Looks up the cause in the log. A signal ends a program in the middle, so only its last output, or an error that no program survives, explains it.
 */
function explainLog({ signal, seen }: EndingContext, found: Findings): Failure | null {
  if (found.cause === null || (signal !== null && !found.isConclusive)) return null;
  return withCollateral(failureOfSign(found.cause, seen), found);
}

function explainXid(xid: Xid, seen: SeenDevices, found: Findings): Failure {
  const { reason, words } = xid.meaning;
  const advice = `The NVIDIA driver says that ${words} (Xid ${xid.number}). ${adviceFor(reason)}`;
  const consequences = found.cause === null ? [] : [found.cause.line];
  return {
    ...failure(reason, nameDevice(xid.text, reason, seen), advice),
    ...(consequences.length + found.collateral.length > 0
      ? { collateral: [...consequences, ...found.collateral] }
      : {}),
  };
}

function explainStatus(context: EndingContext, { exception }: Findings, oom: OomVerdict, text: string): Failure {
  const { signal, exit_code } = context;
  if (signal !== null) return failure('signal', `ended by ${signal}`, adviceForSignal(signal, oom));
  if (exit_code === null) return failure('lost', 'the process vanished and left no exit status');
  const last = exception ?? lastLine(text);
  if (exit_code === NOT_FOUND_STATUS) return failure('command-not-found', last);
  if (exit_code === NOT_EXECUTABLE_STATUS) return failure('permission-denied', last);
  return failure('exit-code', `exit code ${exit_code}; ${exception === null ? 'last line: ' : ''}${last}`);
}

function withCollateral(why: Failure, { collateral }: Findings): Failure {
  return collateral.length === 0 ? why : { ...why, collateral };
}

function lastLine(text: string): string {
  const lines = stripTerminalControls(text)
    .split(/[\r\n]+/)
    .map((line) => line.trim());
  const last = lines.findLast((line) => line !== '') ?? 'nothing was printed';
  const line = withoutLogPrefix(last);
  return line.length > EVIDENCE_CHARACTERS ? `${line.slice(0, EVIDENCE_CHARACTERS)} …` : line;
}

/**
 * Returns what to do about a process that a signal ended.
 * @param oom the machine's evidence on a kill for lack of memory
 */
function adviceForSignal(signal: string, oom: OomVerdict): string | undefined {
  if (signal !== 'SIGKILL') return CRASHES[signal];
  return oom.killed === null
    ? 'Somebody killed it, or the machine ran out of main memory: neither the kernel’s log nor its counters can be read here, so ask an administrator for "dmesg".'
    : 'Somebody or another program killed it: the kernel counted no out-of-memory kill.';
}

/** The part of a worker's log that belongs to its present work, in bytes. */
interface LogPart {
  logPath: string;
  from: number;
  /** Where the work before began, if its end cannot be separated from the beginning of the present one; else null. */
  unsureFrom: number | null;
}

/**
 * Finds the cause in the part of a worker's log that belongs to its present work. Output of an earlier item explains nothing. It may be unsure to
 * which of two items the last lines belong. If the later ones show no cause, only the very last line counts then: an error that was survived is
 * followed by other lines.
 */
export function findInLog({ logPath, from, unsureFrom }: LogPart): { text: string; found: Findings } {
  const text = readTextEnd(logPath, from, CAUSE_BYTES);
  const found = findCause(text);
  if (unsureFrom === null || found.cause !== null || found.exception !== null) return { text, found };
  const longer = readTextEnd(logPath, unsureFrom, CAUSE_BYTES);
  const last = findCause(longer);
  return last.isConclusive && (last.cause !== null || last.exception !== null)
    ? { text: longer, found: last }
    : { text, found };
}

/**
 * Returns the missing or unreadable input as the reason, if the item's own file is gone or cannot be read. The program's own message is kept beside
 * it.
 */
export function refineByInput(why: Failure, files: readonly string[]): Failure {
  if (!VAGUE.has(why.reason)) return why;
  for (const file of files) {
    const code = accessCode(file);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return { ...failure('input-missing', `${file} is not there any more`), collateral: [why.evidence] };
    if (code !== null) return { ...failure('input-unreadable', `${file}: ${code}`), collateral: [why.evidence] };
  }
  return why;
}

/** Returns the system's error code for a file that cannot be read; null when it can. */
function accessCode(file: string): string | null {
  try {
    accessSync(file, constants.R_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}
