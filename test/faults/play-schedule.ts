import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { arePacked } from '../../electron/engine/records/archive/packed-logs.ts';
import { TEST_LIMIT_MS } from '../helpers/patience.ts';
import { until } from '../helpers/until.ts';
import { applyFault, resume, type Trail } from './apply-fault.ts';
import { findViolations, RECORDS } from './invariants.ts';
import { Scene, type ScenePlace } from './scene.ts';
import { ALWAYS, nameOf, type Schedule } from './schedule.ts';

/** Each resume completes what needs one more try; more than this and something is never done. */
const MOST_RESUMES = 12;

/** What came of a schedule. */
export interface Played {
  schedule: string;
  /** null for a case that has a name. */
  seed: number | null;
  /** Faults that were reached, by kind. */
  faults: string[];
  violations: string[];
  /** The folder that was kept; null when nothing was wrong. */
  kept: string | null;
  seconds: number;
}

/** Plays a schedule against real processes until every item has its final state, and checks what must hold then. */
export async function playSchedule(schedule: Schedule, place: ScenePlace): Promise<Played> {
  const started = performance.now();
  const scene = new Scene(schedule, place);
  const trail: Trail = { violations: [], torn: 0, forgotten: false, disk: place.disk };
  const faults: string[] = [];
  const late = new AbortController();
  const limit = sleep(TEST_LIMIT_MS, undefined, { signal: late.signal, ref: false }).then(() => {
    throw new Error(`it was not done after ${TEST_LIMIT_MS / 1000} s`);
  });
  try {
    await Promise.race([playThrough(scene, trail, faults), limit]);
  } catch (error) {
    trail.violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  late.abort();
  limit.catch(() => undefined);
  const { violations } = trail;
  await scene.end(violations.length > 0);
  const kept = violations.length > 0 ? scene.folder : null;
  const seed = schedule.name === null ? schedule.seed : null;
  return { schedule: nameOf(schedule), seed, faults, violations, kept, seconds: (performance.now() - started) / 1000 };
}

async function playThrough(scene: Scene, trail: Trail, faults: string[]): Promise<void> {
  await scene.start();
  for (const { wait, fault } of scene.schedule.steps) {
    await sleep(wait);
    if (scene.owner() === null) {
      if (isDone(scene)) break;
      await resume(scene, trail);
    }
    faults.push(fault.kind);
    await applyFault(scene, fault, trail);
  }
  await goOnToTheEnd(scene, trail);
  // Whoever packed may have had its turn after the last resume: then the logs are in the archive.
  if (arePacked(scene.run.directory)) await scene.engine.unpackLogs({ run: scene.run.id });
  // What an engine that was killed had half written goes when somebody owns the run next.
  if (scene.wasKilled) await scene.engine.reconcile({ run: scene.run.id });
  trail.violations.push(...(await findViolations(scene, trail)));
}

/** Resumes until nothing is left that more tries could complete. */
async function goOnToTheEnd(scene: Scene, trail: Trail): Promise<void> {
  for (let resumes = 0; ; resumes += 1) {
    await scene.untilFree();
    if (isDone(scene)) break;
    if (resumes === MOST_RESUMES) throw new Error(`after ${resumes} resumes without a fault items are left undone`);
    await resume(scene, trail);
  }
  await until(() => scene.processes().length === 0, 'the last engine to end').catch(() => undefined);
}

function isDone(scene: Scene): boolean {
  const { status } = scene.run.state();
  if (status !== 'completed' && status !== 'completed-with-failures' && status !== 'failed') return false;
  // Records that a full disk did not take are written by the next resume.
  if (!RECORDS.every((name) => existsSync(join(scene.run.directory, name)))) return false;
  const { items } = scene.schedule;
  const states = new Map(scene.run.items().map((item) => [item.file, item.status]));
  return items.every(({ fails }, index) => {
    const wanted = fails === ALWAYS ? 'failed' : 'complete';
    return [...states].some(([file, state]) => file.endsWith(`/${scene.inputName(index)}`) && state === wanted);
  });
}
