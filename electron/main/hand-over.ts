import type { Engine } from '../engine/engine-api.ts';
import { startHeadless } from '../engine/runs/headless.ts';

interface HeadlessPlace {
  home: string;
  env: NodeJS.ProcessEnv;
  command: readonly [program: string, ...args: string[]];
}

/**
 * Lets runs that this process has stopped go on in engines without a window.
 * @param keepRunning starts one; resolves with why it failed, or null
 * @returns what failed, in words
 */
export async function handOver(
  runs: readonly string[],
  keepRunning: (run: string) => Promise<string | null>,
): Promise<string[]> {
  const outcomes = await Promise.all(runs.map(keepRunning));
  return outcomes.filter((outcome) => outcome !== null);
}

/** Resumes one run in an engine that outlives this process; resolves once it has taken the run. */
export async function resumeHeadless(engine: Engine, place: HeadlessPlace, run: string): Promise<string | null> {
  const found = await engine.findRun({ text: run, prefer: 'newest' });
  if (!found.ok) return found.error.message;
  const { directory } = found.value;
  const started = await startHeadless({ ...place, run, directory, purpose: 'resume', items: [] });
  return started.ok ? null : `${started.error.message} ${started.error.advice}`;
}
