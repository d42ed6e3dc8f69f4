import { type Engine } from './engine-api.ts';

/** Runs grow old by the day. */
const EVERY_MS = 24 * 60 * 60 * 1000;

/**
 * Deletes old runs as the settings say, now and once a day, in the same way as `drover clean`: never an active one. A change of the setting
 * has no effect at once, because a person who types 30 has typed 3 before.
 * @param onDeleted gets a sentence when something was deleted or could not be
 * @returns ends it
 */
export function keepRetention(
  engine: Pick<Engine, 'readSettings' | 'clean'>,
  onDeleted: (sentence: string) => void,
): () => void {
  const deleteOld = (): void => {
    applyRetention(engine).then(
      (sentence) => sentence !== null && onDeleted(sentence),
      (error: unknown) => onDeleted(`Old runs could not be deleted: ${String(error)}`),
    );
  };
  deleteOld();
  const timer = setInterval(deleteOld, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** @returns what was deleted, in words; null when nothing was */
async function applyRetention(engine: Pick<Engine, 'readSettings' | 'clean'>): Promise<string | null> {
  const read = await engine.readSettings({});
  if (!read.ok) return `${read.error.message} ${read.error.advice}`;
  const { settings, problem } = read.value;
  const { retentionDays } = settings;
  // Settings that cannot be read do not say what may be deleted.
  if (retentionDays === null || problem !== null) return null;
  const cleaned = await engine.clean({ olderThanDays: retentionDays, logsOnly: false, dryRun: false });
  if (!cleaned.ok) return `${cleaned.error.message} ${cleaned.error.advice}`;
  const { runs } = cleaned.value;
  if (runs.length === 0) return null;
  return `Deleted ${runs.length === 1 ? 'a run' : `${runs.length} runs`} that ended more than ${retentionDays} days ago, as the settings say.`;
}
