import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { writeFileAtomic } from '../files/write-file-atomic.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import { readJournalEnds } from '../run-directory/journal-ends.ts';
import { hasWorkers } from '../run-directory/live-workers.ts';
import { type IsOwned, lastOwner } from '../run-directory/owner-file.ts';
import { controlFolder, journalFile } from '../run-directory/paths.ts';
import type { RunPlace } from '../run-directory/run-places.ts';
import { runsWritingTo } from './earlier-outputs.ts';

/** A run that was launched later and claims the folder at the same moment gives way within this time, or it writes there already. */
const GIVE_WAY_MS = 10_000;
const LOOK_MS = 50;

/** The right of a run to write to the folder that it was given. */
export interface OutputClaim {
  /** Gives it up. */
  release(): void;
}

interface ClaimRequest extends WritersQuestion {
  directory: string;
  self: string;
  /** Of the ownership that the claim is made under: with its end the claim ends too. */
  nonce: string;
  /** A run that is being stopped hands nothing out and waits for nobody. */
  isStopping: () => boolean;
}

/**
 * Claims an output folder for a run that is owned by this process. Every run first says that it claims and then looks at the others, so of
 * two that do so at the same moment at least one sees the other; the one that was launched first goes on, the other gives way. One that
 * has looked before the other claimed does not give way any more: then the other does.
 * @returns the problem `output-in-use` naming the run that writes there
 */
export async function claimOutputFolder(request: ClaimRequest): Promise<Result<OutputClaim, Problem>> {
  const { folder, self, directory, nonce } = request;
  const path = claimFile(directory);
  try {
    writeFileAtomic(path, `${nonce}\n`);
  } catch {
    // On a full disk the run waits for room; whoever comes later finds it active all the same.
  }
  const release = (): void => rmSync(path, { force: true });
  const deadline = performance.now() + GIVE_WAY_MS;
  for (;;) {
    const rivals = activeWriters(request).filter((rival) => hasClaim(rival.directory));
    const [rival] = rivals;
    if (rival === undefined || request.isStopping()) return ok({ release });
    const earlier = rivals.find(({ run }) => run < self);
    if (earlier !== undefined || performance.now() > deadline) {
      release();
      return err(outputInUse(folder, earlier ?? rival));
    }
    await sleep(LOOK_MS);
  }
}

/** Whether the present owner of a run has claimed its folder. Workers whose engine was killed hold the claim that it made. */
function hasClaim(directory: string): boolean {
  try {
    const claimed = readFileSync(claimFile(directory), 'utf8').trim();
    return claimed === lastOwner(directory)?.nonce;
  } catch {
    return false;
  }
}

function claimFile(directory: string): string {
  return join(controlFolder(directory), 'output.claim');
}

interface WritersQuestion {
  /** The folder of all runs. */
  runs: string;
  /** Where somebody is to write, absolute. */
  folder: string;
  /** The run that asks; null where there is none yet. */
  self: string | null;
  isOwned: IsOwned;
  table: ProcessTable;
}

/** Runs that write to a folder now, or to one above or below it, the newest first. */
export function activeWriters({ runs, folder, self, isOwned, table }: WritersQuestion): RunPlace[] {
  return runsWritingTo(runs, folder).filter(
    ({ run, directory }) => run !== self && (isOwned(directory) || hasWorkersLeft(directory, table)),
  );
}

/** Workers go on without an engine that was killed; of an ended run there are none, and its journal need not be folded for that. */
function hasWorkersLeft(directory: string, table: ProcessTable): boolean {
  try {
    return readJournalEnds(journalFile(directory)).last?.type !== 'run-ended' && hasWorkers(directory, table);
  } catch {
    return false;
  }
}

/** Why a folder cannot be written to now. */
export function outputInUse(folder: string, { run, pipeline }: RunPlace): Problem {
  return problem(
    'output-in-use',
    `Run ${run} (${pipeline}) is active and writes to ${folder}, or to a folder above or below it.`,
    `Wait for it ("drover wait ${run}"), stop it ("drover stop ${run}"), or choose another folder with --output.`,
  );
}
