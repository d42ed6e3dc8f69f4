import { z } from 'zod';

/**
 * Wrong usage or input, found before anything was created. `message` states what happened and to what, `advice` what to do next.
 * The command prints both and ends with status 2.
 */
const problemSchema = z.object({
  reason: z.enum([
    'unknown-pipeline',
    'invalid-pipeline',
    'invalid-parameter',
    'command-not-found',
    'no-inputs',
    'unreadable-input',
    'invalid-input',
    'output-collision',
    'output-exists',
    'output-in-use',
    'output-replaced',
    'output-folder',
    'unknown-device',
    'no-device',
    'device-in-use',
    'unknown-run',
    'ambiguous-run',
    'unknown-source',
    'run-active',
    'run-damaged',
    'newer-version',
    'arguments-too-long',
    'invalid-usage',
    'data-folder',
    'cannot-start',
    'cancelled',
  ]),
  message: z.string(),
  advice: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Creates a problem; the parameters make sure that no part is missing. */
export function problem(reason: Problem['reason'], message: string, advice: string): Problem {
  return { reason, message, advice };
}

/**
 * Returns the advice for a file that cannot be read: whom to ask when the system denies the access, otherwise the given advice.
 * @param cause the message of the system
 */
export function adviceOnReading(cause: string, otherwise: string): string {
  return /\b(?:EACCES|EPERM)\b/.test(cause)
    ? 'Ask its owner for the permission to read it, or set DROVER_HOME to a folder of your own.'
    : otherwise;
}
