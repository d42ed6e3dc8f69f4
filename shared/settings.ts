import { z } from 'zod';
import { isAbsolutePath } from './pipeline/command-line.ts';

/** The version of the settings file that this program writes; it is raised with each change that an older program would misread. */
export const SETTINGS_VERSION = 1;

/** Largest days that runs are kept before they are deleted, and largest seconds of grace: ten years and ten minutes. */
const RETENTION_MAX_DAYS = 3_650;
const STOP_GRACE_MAX_SECONDS = 600;
const TEXT_MAX = 4_096;
/** The largest GiB that may be kept free on a disk: more than any disk has. */
const KEEP_FREE_MAX_GIB = 1_000_000;

const whole = (low: number, high: number, what: string) => {
  const words = `Give a whole number of ${what} from ${low} to ${high}.`;
  return z.number(words).int(words).min(low, words).max(high, words);
};
/** A folder, or nothing. The meaning of a relative path would depend on how the program was started. */
const folder = z
  .string()
  .trim()
  .min(1, 'Name a folder, or leave this empty.')
  .max(TEXT_MAX)
  .refine(isAbsolutePath, 'Give the whole path, from the root of the disk on.')
  .nullable();
const program = z.string().trim().min(1, 'Name a program, or leave this empty.').max(TEXT_MAX).nullable();

/** The initial values of the launch form; null where the pipeline or the engine decides. */
const launchDefaults = {
  /** A selector as `--devices` takes it. */
  devices: z.string().trim().min(1, 'Name devices, or leave this empty.').max(200).nullable(),
  retries: whole(0, 100, 'retries').nullable(),
  workersPerDevice: whole(1, 64, 'workers').nullable(),
  output: folder,
};

const KEEP_FREE_WORDS = `Give GiB from 0 to ${KEEP_FREE_MAX_GIB}, or leave this empty.`;
const SECONDS_WORDS = `Give seconds from 0 to ${STOP_GRACE_MAX_SECONDS}.`;

/** What a person can choose, besides the initial values of the form. */
const choices = {
  /** The value of `{python}`; null: the interpreter of the active environment, otherwise the one on PATH. */
  interpreter: program,
  theme: z.enum(['system', 'light', 'dark'], 'Choose system, light or dark.'),
  /** Whether the desktop notifies when a run has ended. */
  notifications: z.boolean(),
  /** Runs that ended longer ago than this number of days are deleted; null: none are. */
  retentionDays: whole(1, RETENTION_MAX_DAYS, 'days').nullable(),
  /** Seconds between the request to end and the kill of a worker. */
  stopGraceSeconds: z.number(SECONDS_WORDS).min(0, SECONDS_WORDS).max(STOP_GRACE_MAX_SECONDS, SECONDS_WORDS),
  /** GiB to keep free on disks that runs write to, 0 for no check; null: the engine's default. */
  keepFreeGib: z.number(KEEP_FREE_WORDS).min(0, KEEP_FREE_WORDS).max(KEEP_FREE_MAX_GIB, KEEP_FREE_WORDS).nullable(),
  /** Whether the machine is kept from sleeping while runs are active. */
  blockSleep: z.boolean(),
  /** What happens to active runs when the window is closed. */
  onClose: z.enum(['ask', 'keep', 'stop'], 'Choose ask, keep or stop.'),
};

/** The settings. Every field has a default, so that a file may omit any. */
const settingsSchema = z.object({
  interpreter: choices.interpreter.default(null),
  theme: choices.theme.default('system'),
  notifications: choices.notifications.default(true),
  retentionDays: choices.retentionDays.default(null),
  stopGraceSeconds: choices.stopGraceSeconds.default(5),
  keepFreeGib: choices.keepFreeGib.default(null),
  blockSleep: choices.blockSleep.default(true),
  onClose: choices.onClose.default('ask'),
  defaults: z
    .object({
      devices: launchDefaults.devices.default(null),
      retries: launchDefaults.retries.default(null),
      workersPerDevice: launchDefaults.workersPerDevice.default(null),
      output: launchDefaults.output.default(null),
    })
    .prefault({}),
});
export type Settings = z.infer<typeof settingsSchema>;

/** New values for some fields, without defaults: fields that are not named stay unchanged. */
export const settingsChangeSchema = z
  .strictObject({ ...choices, defaults: z.strictObject(launchDefaults).partial() })
  .partial();
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/** The settings that were read from a file, or why they could not be read. */
export type SettingsReading =
  | { kind: 'read'; settings: Settings }
  | { kind: 'newer'; version: number }
  | { kind: 'damaged'; why: string };

/** Converts a file of one version into a file of the next. */
export type Migration = (older: Record<string, unknown>) => Record<string, unknown>;

/** Indexed by source version. A file without a version was written by hand before versions existed; its fields have kept their names. */
const MIGRATIONS: readonly Migration[] = [(older) => older];

/**
 * Reads the content of a settings file of any version up to this one.
 * @param migrations one per older version, the first one from version 0
 */
export function readSettingsDocument(
  document: unknown,
  migrations: readonly Migration[] = MIGRATIONS,
): SettingsReading {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return { kind: 'damaged', why: 'it is not a JSON object' };
  const { version = 0, ...fields } = document as Record<string, unknown>;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0)
    return { kind: 'damaged', why: 'its version is not a number' };
  if (version > migrations.length) return { kind: 'newer', version };
  const upToDate = migrations.slice(version).reduce((older, migrate) => migrate(older), fields);
  const parsed = settingsSchema.safeParse(upToDate);
  return parsed.success ? { kind: 'read', settings: parsed.data } : { kind: 'damaged', why: firstIssue(parsed.error) };
}

/** Returns the settings with a change; the schema checks the result. */
export function withChange(settings: Settings, change: SettingsChange): Settings {
  return settingsSchema.parse({ ...settings, ...change, defaults: { ...settings.defaults, ...change.defaults } });
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'it does not fit' : `${issue.path.join('.')}: ${issue.message}`;
}
