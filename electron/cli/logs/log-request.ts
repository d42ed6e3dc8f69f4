import { problem } from '../../../shared/problem.ts';
import { planSearch } from '../../engine/logs/search/search-pattern.ts';
import { must, ProblemError } from '../cli-context.ts';

/** The number of lines of each source that are shown by default. */
const DEFAULT_TAIL_LINES = 20;

/** The options of `drover logs` as commander passes them. */
export interface LogsOptions {
  step?: string;
  tail?: string;
  follow?: boolean;
  grep?: string;
  item?: string;
  attempt?: string;
  raw?: boolean;
  json?: boolean;
}

/** The checked request. */
export interface LogRequest {
  /** null for all workers. */
  source: string | null;
  step: number | null;
  /** Lines of each source; with `grep` or `item`, of the lines that match or belong to the item. */
  tail: number | 'all';
  follow: boolean;
  grep: string | null;
  item: string | null;
  attempt: number | 'last' | null;
  raw: boolean;
  json: boolean;
}

/** Checks the options; an invalid one ends the command with status 2. */
export function logRequest(source: string | undefined, options: LogsOptions): LogRequest {
  const whole = options.grep !== undefined || options.item !== undefined;
  if (options.grep !== undefined) must(planSearch(options.grep));
  if (options.item === '') throw wrong('The name after --item is empty.', 'Give a file as `drover status` names it.');
  if (options.attempt !== undefined && options.item === undefined)
    throw wrong('--attempt selects an attempt at an item, but no item is named.', 'Add --item FILE.');
  if (options.raw === true && options.json !== true && options.follow === true && source === undefined) {
    throw wrong(
      'The bytes of several logs cannot be separated while they are followed.',
      'Name one SOURCE beside --raw --follow, or leave --raw out.',
    );
  }
  return {
    source: source ?? null,
    step: options.step === undefined ? null : wholeNumber('--step', options.step, 1),
    tail: tailLines(options.tail, whole),
    follow: options.follow ?? false,
    grep: options.grep ?? null,
    item: options.item ?? null,
    attempt: attempt(options.attempt),
    raw: options.raw ?? false,
    json: options.json ?? false,
  };
}

function tailLines(text: string | undefined, whole: boolean): number | 'all' {
  if (text === undefined) return whole ? 'all' : DEFAULT_TAIL_LINES;
  return text === 'all' ? 'all' : wholeNumber('--tail', text, 0, ' or all');
}

function attempt(text: string | undefined): number | 'last' | null {
  if (text === undefined) return null;
  return text === 'last' ? 'last' : wholeNumber('--attempt', text, 1, ' or last');
}

function wholeNumber(flag: string, text: string, minimum: number, or = ''): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= minimum) return value;
  throw wrong(`"${flag} ${text}" cannot be used.`, `Give a whole number of at least ${minimum}${or}.`);
}

function wrong(message: string, advice: string): ProblemError {
  return new ProblemError(problem('invalid-usage', message, advice));
}
