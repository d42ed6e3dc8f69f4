import { plural } from '../../../shared/format.ts';
import type { Problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { runsFolder } from '../files/data-home.ts';
import { checkPendingOutputs, findOwnOutputs, type ResumedRun, refuseReplaced } from '../outputs/check-own-outputs.ts';
import { activeWriters, claimOutputFolder, outputInUse } from '../outputs/claim-output-folder.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import { readMetadataHead } from '../run-directory/metadata-head.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { type IsOwned, isOwned } from '../run-directory/owner-file.ts';
import { metadataFile } from '../run-directory/paths.ts';
import { readRun } from '../run-directory/read-run.ts';
import type { RunSession } from './run-session.ts';

/** What of a session the checks of outputs need. */
export function resumedRun({ parts }: RunSession): ResumedRun {
  const { directory, metadata, state, home } = parts;
  return { directory, metadata, state, runs: runsFolder(home) };
}

/**
 * Claims the output folder against other runs, and finds out what became of results that the run has made already. It is called before
 * anything is dispatched. Results that another run has put in their place are not replaced without permission. Results that somebody has
 * changed are kept as they are, with a warning.
 */
export async function guardOutputs(session: RunSession): Promise<Result<void, Problem>> {
  const { metadata, directory, table, ownership, overwrite, home } = session.parts;
  if (metadata.output_dir !== null) {
    const claim = await claimOutputFolder({
      runs: runsFolder(home),
      folder: metadata.output_dir,
      self: session.run,
      directory,
      nonce: ownership.owner.nonce,
      isOwned: (other) => isOwned(other, table),
      table,
      isStopping: () => session.isStopping,
    });
    if (!claim.ok) return claim;
    session.outputClaim = claim.value;
  }
  if (session.state.interventions.length > 0) session.digests.catchUp();
  const { replaced, changed, isOthers } = findOwnOutputs(resumedRun(session));
  const refused = overwrite ? ok(undefined) : refuseReplaced(session.run, replaced);
  if (!refused.ok) return refused;
  session.isReplaced = isOthers;
  if (changed !== null) {
    const files = `${plural(changed.count, 'result')} ${changed.count === 1 ? 'was' : 'were'}`;
    session.warn(`${files} changed since the run made them and are kept as they are, such as ${changed.first}`);
  }
  return ok(undefined);
}

interface ResumeCheck {
  directory: string;
  runs: string;
  overwrite: boolean;
  isOwned: IsOwned;
  table: ProcessTable;
}

/** What is known of a run that is to be resumed. */
interface GoingOn {
  /** Null if it did not have to be read. */
  metadata: Metadata | null;
  /** Whether results of it were replaced and are to be made again. */
  isReplaced: boolean;
}

/**
 * Checks, before a run is taken to be resumed, for another run that writes to its output folder, and for results of others in place of its
 * own.
 */
export function checkBeforeGoingOn(check: ResumeCheck): Result<GoingOn, Problem> {
  const { directory, runs, overwrite, isOwned, table } = check;
  const head = readMetadataHead(metadataFile(directory));
  const folder = head.ok ? head.value.output_dir : null;
  if (folder === null) return ok({ metadata: null, isReplaced: false });
  const read = readRun(directory);
  if (!read.ok) return read;
  const { metadata, state } = read.value;
  const [writer] = activeWriters({ runs, folder, self: state.run, isOwned, table });
  if (writer !== undefined) return err(outputInUse(folder, writer));
  const resumed = { directory, metadata, state, runs };
  const { replaced } = findOwnOutputs(resumed);
  if (overwrite) return ok({ metadata, isReplaced: replaced.length > 0 });
  const refused = refuseReplaced(state.run, replaced);
  if (!refused.ok) return refused;
  const clear = checkPendingOutputs(resumed);
  return clear.ok ? ok({ metadata, isReplaced: false }) : clear;
}
