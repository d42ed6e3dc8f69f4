import { readTextEnd } from '../files/open-if-there.ts';
import { type Findings, findCause } from './find-cause.ts';

/** How much of the end of a log is read to find the cause: a failed assertion on a device prints thousands of lines before its traceback. */
const CAUSE_BYTES = 256 * 1024;

/** Which part of a worker's log tells of its present work, in bytes. */
interface LogPart {
  logPath: string;
  from: number;
  /** Where the work before began, if the end of that cannot be told from the beginning of the present one; else null. */
  unsureFrom: number | null;
}

/**
 * What a worker's log says of its present work. What an earlier item printed explains nothing. Where it is not sure to which of two items the
 * last lines belong, and the later ones give no cause, only the very last word counts: what was survived is followed by other lines.
 */
export function findInLog({ logPath, from, unsureFrom }: LogPart): { text: string; found: Findings } {
  const text = readTextEnd(logPath, from, CAUSE_BYTES);
  const found = findCause(text);
  if (unsureFrom === null || found.cause !== null || found.exception !== null) return { text, found };
  const longer = readTextEnd(logPath, unsureFrom, CAUSE_BYTES);
  const last = findCause(longer);
  return last.isLastWord && (last.cause !== null || last.exception !== null)
    ? { text: longer, found: last }
    : { text, found };
}
