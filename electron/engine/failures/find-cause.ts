import { adviceFor, type Failure, type FailureReason, failure } from '../../../shared/run/failure.ts';
import { withoutLogPrefix } from '../../../shared/without-log-prefix.ts';
import { stripTerminalControls } from '../logs/strip-terminal-controls.ts';
import { signOfLine } from './signatures/signatures.ts';
import { nameDevice, type SeenDevices } from './translate-device.ts';

/** How much of a line is kept as evidence (characters): a message with its figures is shorter. */
const EVIDENCE_CHARACTERS = 600;
/** How many consequential lines are kept. */
const COLLATERAL_LINES = 3;

/** `Process 4711 has 20.11 GiB memory in use.`, which PyTorch prints for every process that it sees on the device. */
const OTHER_PROCESS = /Process (\d+) has ([\d.]+ [KMGT]iB) memory in use/g;
const TRIED = /Tried to allocate ([\d.]+) ([KMGT])iB/;
const UNUSED = /([\d.]+) ([KMGT])iB (?:is reserved by PyTorch but unallocated|reserved in total)/;
const POWERS = { K: 1, M: 2, G: 3, T: 4 };

/** A line that shows a cause. */
export interface Sign {
  reason: FailureReason;
  /** The line, trimmed. */
  line: string;
  /** What to do, where the message allows more than the usual advice for the reason. */
  advice: string | undefined;
}

/** What a log shows about a failure. */
export interface Findings {
  cause: Sign | null;
  /** Whether the program printed nothing of its own after the cause, or the cause is one that no program survives. */
  isConclusive: boolean;
  /** The exception that ended the program, where it matches no signature. */
  exception: string | null;
  /** Lines that are consequences of the cause. */
  collateral: string[];
  /** Errors that were survived: the program caught them and went on. */
  survived: Sign[];
}

/** Words by which a program reports that it has caught its error. */
const HANDLED =
  /\bWARN(ING)?\b|\bretry(ing)?\b|\btrying again\b|\bcaught\b|\bskip(ping|ped)?\b|\bfall(ing|s)? back\b|\breduc(ed?|ing)\b|\blower(ed|ing)?\b|\bhalv(ed?|ing)\b|\bignor(ed|ing)\b|\bFailed \(CUDA out of memory\) on\b/i;
const TRACEBACK = /^Traceback \(most recent call last\):/;
const CHAIN = /^(During handling of the above exception|The above exception was the direct cause)/;
/** Frames of C++ and of native stacks, which are between a message and its end. */
const FRAME =
  /^(frame #\d+:|#\d+ |\s+at |\[rank\d+\]:\s+File|Exception raised from|Fatal Python error|Current thread|Thread 0x|C\+\+ CapturedTraceback)/;
/** The end of a Python traceback or the head of a JavaScript error. */
const EXCEPTION =
  /^(?:\[rank\d+\]: ?)?(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit|Iteration)\b(?::\s|$)/;

interface Candidate extends Sign {
  /** Whether a later cause may replace it: the program may have gone on. */
  survivable: boolean;
  /** Whether it states itself that it was caught. */
  handled: boolean;
}

/**
 * Finds the earliest cause in what a program printed. Consequences are kept separately. An error that the program caught does not count when it
 * failed from something else later. A cause counts as survived when the program printed something of its own after it, neither frames nor
 * consequences, and then named another cause.
 */
export function findCause(text: string): Findings {
  const reading = new Reading();
  for (const line of stripTerminalControls(text).split(/[\r\n]+/)) reading.take(line);
  return reading.findings();
}

class Reading {
  private cause: Candidate | null = null;
  private peer: Sign | null = null;
  private exception: string | null = null;
  private readonly survived: Candidate[] = [];
  private readonly collateral: string[] = [];
  private inTraceback = false;
  /** Number of lines of the program's own since the latest cause. */
  private ordinary = 0;

  take(line: string): void {
    if (line.trim() === '') return;
    if (TRACEBACK.test(line)) {
      this.inTraceback = true;
      return;
    }
    if (CHAIN.test(line) || FRAME.test(line) || (this.inTraceback && /^\s/.test(line))) return;
    const ended = this.inTraceback && EXCEPTION.test(line);
    this.inTraceback &&= !ended;
    this.read(line.trim(), ended);
  }

  findings(): Findings {
    const { collateral, exception } = this;
    const cause = this.ending();
    const survived = this.survived.filter((sign) => sign !== cause).map(plainSign);
    const isConclusive = this.ordinary === 0 || this.cause?.survivable === false;
    return { cause: cause === null ? null : plainSign(cause), isConclusive, exception, collateral, survived };
  }

  /** Returns the cause that ended the program. A caught error that is the very last output may have ended it all the same. */
  private ending(): Sign | null {
    if (this.cause !== null) return this.cause;
    const last = this.survived.at(-1);
    if (last !== undefined && this.ordinary === 0 && this.exception === null) return last;
    return this.exception === null ? this.peer : null;
  }

  private read(line: string, isException: boolean): void {
    const sign = signOfLine(line);
    if (sign === null) return isException ? this.takeException(line) : this.takeOrdinary();
    if (sign.kind === 'aftermath') return this.takeAftermath(line, sign.aftermath.reason);
    const { reason, advice, hint } = sign.signature;
    const handled = HANDLED.test(line) && !isException;
    this.takeCause({ reason, line: clip(line), advice, handled, survivable: handled || hint === true });
  }

  private takeCause(found: Candidate): void {
    const before = this.cause;
    if (before !== null && !(before.survivable && this.ordinary > 0 && before.reason !== found.reason)) {
      this.addCollateral(found.line);
      return;
    }
    if (before !== null) this.survived.push(before);
    this.exception = null;
    this.ordinary = 0;
    this.cause = found.handled ? null : found;
    if (found.handled) this.survived.push(found);
  }

  private takeAftermath(line: string, reason: FailureReason | null): void {
    if (reason !== null) this.peer ??= { reason, line: clip(line), advice: undefined };
    if (this.cause !== null || reason === null) this.addCollateral(line);
  }

  /** Takes an exception without a signature: it replaces an error before it that was survived. */
  private takeException(line: string): void {
    if (this.cause !== null && !(this.cause.survivable && this.ordinary > 0)) return this.addCollateral(line);
    if (this.cause !== null) this.survived.push(this.cause);
    this.cause = null;
    this.ordinary = 0;
    this.exception = clip(line);
  }

  private takeOrdinary(): void {
    this.ordinary += 1;
  }

  private addCollateral(line: string): void {
    const text = clip(line);
    if (this.collateral.length < COLLATERAL_LINES && text !== this.cause?.line && !this.collateral.includes(text))
      this.collateral.push(text);
  }
}

function plainSign({ reason, line, advice }: Sign): Sign {
  return { reason, line, advice };
}

function clip(whole: string): string {
  const line = withoutLogPrefix(whole);
  return line.length > EVIDENCE_CHARACTERS ? `${line.slice(0, EVIDENCE_CHARACTERS)} …` : line;
}

/** Returns the failure that a line shows, with the device's real name before it. */
export function failureOfSign({ reason, line, advice }: Sign, seen: SeenDevices): Failure {
  const better = advice ?? (reason === 'cuda-out-of-memory' ? adviseOnMemory(line) : undefined);
  return failure(reason, nameDevice(line, reason, seen), better);
}

/**
 * Returns what to do about a lack of device memory, as far as the figures of its message allow: who holds the memory, and whether it is only
 * fragmented.
 */
export function adviseOnMemory(line: string): string {
  const others = [...line.matchAll(OTHER_PROCESS)].map(([, pid, size]) => `process ${pid ?? ''} holds ${size ?? ''}`);
  const standing = adviceFor('cuda-out-of-memory');
  if (others.length > 0) return `${standing} Beside this worker ${others.join(', ')} of the device.`;
  const tried = bytes(TRIED.exec(line));
  const unused = line.includes('unallocated') ? bytes(UNUSED.exec(line)) : null;
  if (tried === null || unused === null || unused < tried) return standing;
  return `${standing} Its free memory is scattered: PYTORCH_ALLOC_CONF=expandable_segments:True in the step’s "env" may be enough.`;
}

function bytes(match: RegExpExecArray | null): number | null {
  const power = POWERS[match?.[2] as keyof typeof POWERS];
  return match === null || power === undefined ? null : Number(match[1]) * 1024 ** power;
}
