import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Difference } from '../../../../shared/contract/records.ts';
import type { OutputStamp } from '../../../../shared/run/output-stamp.ts';
import type { RunState } from '../../../../shared/run/run-model.ts';
import { type ExistingOutputs, findExistingOutputs, findOrigin } from '../../outputs/earlier-outputs.ts';
import {
  appendDigests,
  digestOutput,
  isSameContent,
  type OutputDigest,
  parseOutputDigest,
} from '../../outputs/output-digests.ts';
import { stampOf } from '../../outputs/output-files.ts';
import type { Metadata } from '../../run-directory/metadata-schema.ts';
import { journalFile, outputDigestsFile, outputPath } from '../../run-directory/paths.ts';
import { forEachLine, parseEvent } from '../../run-directory/read-journal.ts';
import { foldDifferences } from './reconcile-differences.ts';
import type { SeenOutput } from './reconcile-outputs.ts';

/** Bytes of outputs.ndjson that are held at a time: a run may have a million lines. */
const BYTES_PER_TURN = 1024 ** 2;
/** A worker may close a file shortly after it has reported the item, and network disks show the end of a file later (milliseconds). */
const LATE_WRITE_MS = 5_000;

interface OriginalsRequest {
  outputs: Iterable<SeenOutput>;
  state: RunState;
  metadata: Metadata;
  directory: string;
  /** True if the run has just ended and its owner checks it. */
  isAtEnd: boolean;
}

/** An output that differs from what was recorded when its item's result was decided. */
interface Suspect {
  seen: SeenOutput;
  /** The recorded size and time; null if an earlier release recorded nothing. */
  made: OutputStamp | null;
  /** The last digest of the output. */
  digested: OutputDigest | null;
}

/**
 * Checks whether each output is still the one that the run made: by size and time, and by the digest of its content if these differ. A later
 * check digests everything again that has a digest, because content can change while the time stays the same.
 * @returns differences, and notes for the log
 */
export async function checkOriginals(
  request: OriginalsRequest,
): Promise<{ differences: Difference[]; notes: string[] }> {
  const suspects = findSuspects(request);
  const altered = await compareDigests(request, suspects);
  if (suspects.size > 0) readStamps(request, suspects);
  const owners = suspects.size === 0 ? null : findOwners(request, suspects);
  const replaced: string[] = [];
  const changed: string[] = [...altered];
  const late: OutputDigest[] = [];
  for (const { seen, made, digested } of suspects.values()) {
    const { step, item, path, output } = seen;
    const label = `step ${step.step}: ${path} of ${item.file}`;
    const by = owners?.madeBy(path) ?? null;
    const now = stampOf(path);
    if (by !== null) {
      replaced.push(`${label} was replaced by run ${by.run} (${by.pipeline})`);
    } else if (made === null || now === null) {
      continue;
    } else if (request.isAtEnd && now.mtime_ms - made.mtime_ms <= LATE_WRITE_MS) {
      const digest = await digestOutput(path);
      late.push(...(digest === null ? [] : [{ step: step.step, item: item.item, output, ...digest }]));
    } else {
      changed.push(`${label} has changed since: ${stampText(digested ?? made)} then, ${stampText(now)} now`);
    }
  }
  await appendDigests(request.directory, late);
  const notes = late.length === 0 ? [] : [`${late.length} outputs were still written when their items were reported`];
  return {
    differences: [...foldDifferences('output replaced', replaced), ...foldDifferences('output changed', changed)],
    notes,
  };
}

function stampText({ size, mtime_ms }: OutputStamp): string {
  return `size ${size} of ${new Date(mtime_ms).toISOString()}`;
}

function keyOf(step: number, item: number, output: number): string {
  return `${step} ${item} ${output}`;
}

/** Finds outputs that differ. In a given output folder, also those without a record, because another run may have made them. */
function findSuspects({ outputs, metadata }: OriginalsRequest): Map<string, Suspect> {
  const suspects = new Map<string, Suspect>();
  for (const seen of outputs) {
    if (seen.size === null || seen.isAsMade === true) continue;
    const isGiven = metadata.output_dir !== null && seen.step.step === metadata.definition.steps.length;
    if (seen.isAsMade === null && !isGiven) continue;
    suspects.set(keyOf(seen.step.step, seen.item.item, seen.output), { seen, made: null, digested: null });
  }
  return suspects;
}

/**
 * Compares the outputs with their recorded digests. Removes a suspect if its size and time are those of its digest, or its content is the same.
 * @returns outputs whose content differs from their digest though size and time are the same
 */
async function compareDigests(request: OriginalsRequest, suspects: Map<string, Suspect>): Promise<string[]> {
  const { directory, isAtEnd } = request;
  const path = outputDigestsFile(directory);
  if ((isAtEnd && suspects.size === 0) || !existsSync(path)) return [];
  const altered: string[] = [];
  for (let from = 0; ; ) {
    const digests: OutputDigest[] = [];
    const to = forEachLine(
      path,
      (line) => {
        const digest = parseOutputDigest(line);
        if (digest !== null) digests.push(digest);
      },
      from,
      BYTES_PER_TURN,
    );
    for (const digest of digests) altered.push(...(await compareDigest(request, suspects, digest)));
    if (to === from) return altered;
    from = to;
    await setImmediate();
  }
}

async function compareDigest(
  { state, directory, isAtEnd }: OriginalsRequest,
  suspects: Map<string, Suspect>,
  digest: OutputDigest,
): Promise<string[]> {
  const item = state.steps[digest.step - 1]?.items.at(digest.item);
  const output = item?.status === 'complete' ? item.outputs[digest.output] : undefined;
  if (item === undefined || output === undefined) return [];
  const key = keyOf(digest.step, digest.item, digest.output);
  const suspect = suspects.get(key);
  if (isAtEnd && suspect === undefined) return [];
  const path = outputPath(directory, output);
  const now = stampOf(path);
  if (now === null) return [];
  const isSameStamp = now.size === digest.size && now.mtime_ms === digest.mtime_ms;
  if (isAtEnd && isSameStamp) suspects.delete(key);
  // An item that was processed again has an earlier line, too.
  if (isSameStamp ? isAtEnd : suspect === undefined) return [];
  const again = await digestOutput(path);
  const isSame = again === null ? null : isSameContent(digest, again);
  if (isSame === true || (isSameStamp && isSame !== false)) suspects.delete(key);
  else if (suspect !== undefined) suspect.digested = digest;
  return isSameStamp && isSame === false
    ? [`step ${digest.step}: ${path} of ${item.file} has changed since: its content, under the same size and time`]
    : [];
}

/** Reads what the journal recorded about the suspects when the results of their items were last decided. */
function readStamps({ directory }: OriginalsRequest, suspects: Map<string, Suspect>): void {
  forEachLine(journalFile(directory), (line) => {
    if (!line.includes('"stamps"')) return;
    const event = parseEvent(line);
    if (event?.type !== 'item-complete') return;
    for (const [output, stamp] of event.stamps?.entries() ?? []) {
      const suspect = suspects.get(keyOf(event.step, event.item, output));
      if (suspect !== undefined) suspect.made = stamp;
    }
  });
}

function findOwners(request: OriginalsRequest, suspects: Map<string, Suspect>): ExistingOutputs {
  const { metadata, directory, state } = request;
  const find = (folder: string, isIn: (seen: SeenOutput) => boolean): ExistingOutputs =>
    findExistingOutputs({
      items: Iterator.from(suspects.values())
        .filter(({ seen }) => isIn(seen))
        .map(({ seen }) => ({ outputs: [seen.path], origin: findOrigin(state.steps, seen.item.origin) })),
      work: metadata,
      // A run is in the folder of its pipeline, which is in the folder of all runs.
      runs: dirname(dirname(directory)),
      folder,
      self: state.run,
      isMadeAlready: true,
    });
  const given = metadata.output_dir;
  const isGiven = ({ step }: SeenOutput): boolean => given !== null && step.step === metadata.definition.steps.length;
  const own = find(directory, (seen) => !isGiven(seen));
  const inGiven = given === null ? null : find(given, isGiven);
  return { ...own, madeBy: (path) => inGiven?.madeBy(path) ?? own.madeBy(path) };
}
