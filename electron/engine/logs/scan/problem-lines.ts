import { withoutLogPrefix } from '../../../../shared/without-log-prefix.ts';
import { classifyLogLine, type FiledProblem, type ProblemKinds, type ProblemLevel } from './classify-log-line.ts';

/** The prefix before it, such as `[rank0]: `, may come before each line that follows. */
const TRACEBACK = /^(?<prefix>.*?)(?:\+ Exception Group )?Traceback \(most recent call last\):\s*$/;
/** Printed between the tracebacks of one failure: the last one is the final error. */
const CHAIN =
  /^(?:During handling of the above exception, another exception occurred:|The above exception was the direct cause of the following exception:)$/;
/** The lines of a traceback: calls and source lines are indented, those of groups have a bar. */
const BODY = /^(?:\s|\||\+-|\[Previous line repeated)/;
/** `ValueError: bad`, `torch.cuda.OutOfMemoryError: …`, `KeyboardInterrupt`. */
const EXCEPTION = /^[A-Za-z_][\w.]*:|^(?:[a-z_]\w*\.)*[A-Z]\w*(?:\(|$)/;
/** The same in a group of exceptions, where it is among the calls. */
const GROUP_EXCEPTION = /^\s*\|\s*(?<message>[A-Za-z_][\w.]*(?:Error|Exception|Group|Interrupt|Exit)\b.*)$/;
/** Calls and causes below an error of JavaScript and Java. */
const STACK = /^\s+at\s|^\s*Caused by:|^\s*Suppressed:|^\s*\.\.\. \d+ more/;
/** Below a line of source that is displayed, not printed by the program. */
const CARET = /^\s*[\^~]+\s*$/;
/** Python quotes the traceback of another process between these. */
const QUOTE = '"""';

type State =
  | { kind: 'none' }
  /** After a line that was filed: its explanation may follow. */
  | { kind: 'behind'; filed: FiledProblem }
  /** In a traceback; `filed` is the problem that it explains or continues, `level` is null where the program states that it is no problem. */
  | Traceback
  /** After the exception of a traceback. */
  | Chain;

interface Chain {
  kind: 'chain';
  filed: FiledProblem | null;
  traceback: Traceback;
  exception: string;
}

interface Traceback {
  kind: 'traceback';
  filed: FiledProblem | null;
  level: ProblemLevel | null;
  text: string;
  offset: number;
  prefix: string;
  /** The description in a line before it. */
  header: string | null;
}

const NONE: State = { kind: 'none' };

/**
 * Takes lines that may be problems, in order, and files each failure once. A traceback is one problem with the line before it that announces it, its
 * calls and the tracebacks that caused it. Its last exception is its text.
 */
export class ProblemLines {
  private readonly kinds: ProblemKinds;
  private state: State = NONE;

  constructor(kinds: ProblemKinds) {
    this.kinds = kinds;
  }

  /** Whether the very next line must be passed in, whatever its content. */
  get wantsNext(): boolean {
    return this.state.kind !== 'none';
  }

  /** Takes a line without terminal control sequences. */
  take(line: string, offset: number): void {
    const { state } = this;
    if (state.kind === 'behind') this.takeBehind(state.filed, line, offset);
    else if (state.kind === 'traceback') this.takeInTraceback(state, line, offset);
    else if (state.kind === 'chain') this.takeBehindException(state, line, offset);
    else this.takeNew(line, offset, null);
  }

  /** Files a traceback without its exception as it is, because the lines have ended. */
  end(): void {
    if (this.state.kind === 'traceback') this.fileTraceback(this.state, null);
    this.state = NONE;
  }

  private takeNew(line: string, offset: number, filed: FiledProblem | null): void {
    const text = line.trim();
    const traceback = TRACEBACK.exec(line.trimEnd());
    const level = classifyLogLine(text);
    if (traceback !== null) {
      const prefix = traceback.groups?.['prefix'] ?? '';
      const header = filed?.text ?? null;
      this.state = {
        kind: 'traceback',
        filed,
        level: filed?.level ?? level,
        text,
        offset: filed?.offset ?? offset,
        prefix: prefix.trim() === '' ? '' : prefix,
        header,
      };
    } else if (level === null) {
      this.state = NONE;
    } else {
      this.state = { kind: 'behind', filed: this.kinds.add(level, text, offset) };
    }
  }

  private takeBehind(filed: FiledProblem, line: string, offset: number): void {
    if (STACK.test(line)) return;
    if (CARET.test(line)) {
      this.kinds.remove(filed);
      this.state = NONE;
    } else {
      this.takeNew(line, offset, announces(filed) && TRACEBACK.test(line.trimEnd()) ? filed : null);
    }
  }

  private takeInTraceback(traceback: Traceback, whole: string, offset: number): void {
    const line = whole.startsWith(traceback.prefix) ? whole.slice(traceback.prefix.length) : whole;
    const text = line.trim();
    const inGroup = GROUP_EXCEPTION.exec(line)?.groups?.['message'];
    if (inGroup !== undefined)
      this.state = { ...traceback, text: traceback.text.includes('Traceback') ? inGroup : traceback.text };
    if (text === '' || text === QUOTE || BODY.test(line) || CHAIN.test(text) || TRACEBACK.test(text)) return;
    if (EXCEPTION.test(line)) {
      this.state = { kind: 'chain', filed: this.fileTraceback(traceback, text), traceback, exception: text };
      return;
    }
    this.fileTraceback(traceback, null);
    this.takeNew(whole, offset, null);
  }

  private takeBehindException({ filed, traceback, exception }: Chain, whole: string, offset: number): void {
    const line = whole.startsWith(traceback.prefix) ? whole.slice(traceback.prefix.length) : whole;
    const text = line.trim();
    if (text === '' || text === QUOTE) return;
    if (CHAIN.test(text)) this.state = { ...traceback, filed, text: exception };
    else this.takeNew(whole, offset, null);
  }

  /** @param exception null when none was printed */
  private fileTraceback(
    { filed, level, text, offset, header }: Traceback,
    exception: string | null,
  ): FiledProblem | null {
    if (level === null) return null;
    const message = exception ?? text;
    if (filed !== null) this.kinds.remove(filed);
    return this.kinds.add(level, header === null ? message : `${header} · ${message}`, offset);
  }
}

/**
 * Returns whether a line may announce the traceback after it: an error, or a line of a logging library. A warning that was printed just before is no
 * part of it, as it may come from the process of the item before: an error must not pass as a warning.
 */
function announces({ level, text }: FiledProblem): boolean {
  return level === 'error' || withoutLogPrefix(text) !== text;
}
