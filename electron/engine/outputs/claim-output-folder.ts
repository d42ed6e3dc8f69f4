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

/** The time limit for a later run that claims the folder at the same moment: it gives way, or it writes there already. */
const GIVE_WAY_MS = 10_000;
const POLL_MS = 50;

/** The right of a run to write to its given folder. */
export interface OutputClaim {
  /** Releases the claim. */
  release(): void;
}

interface ClaimRequest extends WritersQuestion {
  directory: string;
  self: string;
  /** Identifies the ownership of the run under which the claim is made: the claim ends with it. */
  nonce: string;
  /** Whether the run is being stopped: then it hands out nothing and does not wait. */
  isStopping: () => boolean;
}

/**
 * Claims an output folder for a run that is owned by this process. Every run first publishes its claim and then checks the others. Of two that
 * do so at the same moment at least one therefore sees the other: the run that was launched first goes on, the other gives way. A run that
 * checked before the other published its claim no longer gives way; then the other does.
 * @returns the problem `output-in-use` with the run that writes there
 */
export async function claimOutputFolder(request: ClaimRequest): Promise<Result<OutputClaim, Problem>> {
  const { folder, self, directory, nonce } = request;
  const path = claimFile(directory);
  try {
    writeFileAtomic(path, `${nonce}\n`);
  } catch {
    // On a full disk the run waits for space; later runs find it active all the same.
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
    await sleep(POLL_MS);
  }
}

/** Whether the present owner of a run has claimed its folder. Workers whose engine was killed keep its claim. */
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
  /** The folder to write to, absolute. */
  folder: string;
  /** The run that asks; null when there is none yet. */
  self: string | null;
  isOwned: IsOwned;
  table: ProcessTable;
}

/** Returns the runs that write now to a folder, or to one above or below it, the newest first. */
export function activeWriters({ runs, folder, self, isOwned, table }: WritersQuestion): RunPlace[] {
  return runsWritingTo(runs, folder).filter(
    ({ run, directory }) => run !== self && (isOwned(directory) || hasWorkersLeft(directory, table)),
  );
}

/** Whether workers go on without their killed engine; an ended run has none, and that is known without folding its journal. */
function hasWorkersLeft(directory: string, table: ProcessTable): boolean {
  try {
    return readJournalEnds(journalFile(directory)).last?.type !== 'run-ended' && hasWorkers(directory, table);
  } catch {
    return false;
  }
}

/** Returns the problem of a folder that another run writes to. */
export function outputInUse(folder: string, { run, pipeline }: RunPlace): Problem {
  return problem(
    'output-in-use',
    `Run ${run} (${pipeline}) is active and writes to ${folder}, or to a folder above or below it.`,
    `Wait for it ("drover wait ${run}"), stop it ("drover stop ${run}"), or choose another folder with --output.`,
  );
}
