import { z } from 'zod';

/**
 * Wrong usage or input, found before anything was created. `message` says what happened and to what, `advice` what to do next.
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

/** Makes a problem; a helper so that the three parts are never forgotten. */
export function problem(reason: Problem['reason'], message: string, advice: string): Problem {
  return { reason, message, advice };
}

/**
 * What to do about a file that cannot be read: whom to ask where the system does not allow it, else what is given.
 * @param said the system's words
 */
export function adviceOnReading(said: string, otherwise: string): string {
  return /\b(?:EACCES|EPERM)\b/.test(said)
    ? 'Ask its owner for the permission to read it, or set DROVER_HOME to a folder of your own.'
    : otherwise;
}
