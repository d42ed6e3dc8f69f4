import { z } from 'zod';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing } from './inputs.ts';

/** `ok`: as it should be. `warning`: runs work, but not as well as they could. `problem`: runs fail until it is fixed. */
export type CheckStatus = 'ok' | 'warning' | 'problem';

/** What was found about one aspect of the machine. */
export interface Check {
  /** Stable, for scripts: `interpreter`, `disk`, … */
  id: string;
  title: string;
  status: CheckStatus;
  /** The finding, as a sentence. */
  found: string;
  /** What to do; null when nothing is to be done. */
  advice: string | null;
}

export interface DoctorReport {
  version: string;
  /** ISO 8601 in UTC. */
  time: string;
  checks: Check[];
}

/** Methods about the health of the machine. */
export interface DoctorMethods {
  doctor(input: Record<string, never>): Promise<Answer<DoctorReport>>;
  /** Writes a folder for a person who helps. Secrets are removed from it as far as their form shows that they are secrets. */
  supportBundle(input: { directory: string; runs: string[] }): Promise<Answer<{ directory: string; files: string[] }>>;
}

/** More runs than a person reads; each has some megabytes. */
const MAX_BUNDLED_RUNS = 20;

/** On POSIX systems and on Windows; a relative path would be relative to the engine's folder, which its clients do not know. */
const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/]|\\\\)/;

export const doctorInputs: InputsOf<DoctorMethods> = {
  doctor: nothing,
  supportBundle: z.object({
    directory: z.string().regex(ABSOLUTE).max(4_096),
    runs: z.array(z.string().max(64)).max(MAX_BUNDLED_RUNS),
  }),
};
