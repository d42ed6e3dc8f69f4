import { accessSync, constants } from 'node:fs';
import { type Failure, type FailureReason, failure } from '../../../shared/run/failure.ts';

/** Reasons that a missing or locked input may hide behind: what programs say of it differs. */
const VAGUE: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'file-missing',
  'permission-denied',
  'invalid-input',
  'exit-code',
  'reported-failed',
  'left-unfinished',
  'output-missing',
]);

/** Says so where the item's own file is gone or cannot be read; what the program said of it stays beside. */
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

/** The system's code for why a file cannot be read; null when it can. */
function accessCode(file: string): string | null {
  try {
    accessSync(file, constants.R_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}
