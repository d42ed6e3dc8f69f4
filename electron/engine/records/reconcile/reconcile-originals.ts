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
import type { OutputLook } from './reconcile-outputs.ts';

/** Lines of outputs.ndjson are held for so many bytes at once: a run may have a million. */
const BYTES_PER_TURN = 1024 ** 2;
/** A worker may close a file a moment after it has reported the item, and network disks tell the end of a file later (milliseconds). */
const LATE_WRITE_MS = 5_000;

interface OriginalsRequest {
  looks: Iterable<OutputLook>;
  state: RunState;
  metadata: Metadata;
  directory: string;
  /** The run has just ended, and this is its owner. */
  isAtEnd: boolean;
}

/** An output that is not what was noted of it when its item was judged. */
interface Suspect {
  look: OutputLook;
  /** What was noted; null where an earlier release noted nothing. */
  made: OutputStamp | null;
  /** What a digest of it said last. */
  digested: OutputDigest | null;
}

/**
 * Whether each output is still the one that the run made: by size and time, and by the digest of its content where these differ. When it is
 * asked for later, all that was digested is digested again, as content can change under an old time.
 * @returns differences, and what is worth a line of the log
 */
export async function checkOriginals(
  request: OriginalsRequest,
): Promise<{ differences: Difference[]; notes: string[] }> {
  const suspects = findSuspects(request);
  const altered = await compareDigests(request, suspects);
  if (suspects.size > 0) noteMade(request, suspects);
  const standing = suspects.size === 0 ? null : whoseTheyAre(request, suspects);
  const replaced: string[] = [];
  const changed: string[] = [...altered];
  const late: OutputDigest[] = [];
  for (const { look, made, digested } of suspects.values()) {
    const { step, item, path, output } = look;
    const label = `step ${step.step}: ${path} of ${item.file}`;
    const by = standing?.madeBy(path) ?? null;
    const now = stampOf(path);
    if (by !== null) {
      replaced.push(`${label} was replaced by run ${by.run} (${by.pipeline})`);
    } else if (made === null || now === null) {
      continue;
    } else if (request.isAtEnd && now.mtime_ms - made.mtime_ms <= LATE_WRITE_MS) {
      const digest = await digestOutput(path);
      late.push(...(digest === null ? [] : [{ step: step.step, item: item.item, output, ...digest }]));
    } else {
      changed.push(`${label} has changed since: ${inWords(digested ?? made)} then, ${inWords(now)} now`);
    }
  }
  await appendDigests(request.directory, late);
  const notes = late.length === 0 ? [] : [`${late.length} outputs were still written when their items were reported`];
  return {
    differences: [...foldDifferences('output replaced', replaced), ...foldDifferences('output changed', changed)],
    notes,
  };
}

function inWords({ size, mtime_ms }: OutputStamp): string {
  return `size ${size} of ${new Date(mtime_ms).toISOString()}`;
}

function keyOf(step: number, item: number, output: number): string {
  return `${step} ${item} ${output}`;
}

/** What differs, and in a folder that was given also what nothing was noted of: another run may claim it. */
function findSuspects({ looks, metadata }: OriginalsRequest): Map<string, Suspect> {
  const suspects = new Map<string, Suspect>();
  for (const look of looks) {
    if (look.size === null || look.isAsMade === true) continue;
    const isGiven = metadata.output_dir !== null && look.step.step === metadata.definition.steps.length;
    if (look.isAsMade === null && !isGiven) continue;
    suspects.set(keyOf(look.step.step, look.item.item, look.output), { look, made: null, digested: null });
  }
  return suspects;
}

/**
 * Reads the digests that were taken. A suspect that is what it was when it was digested, or has the same content whatever its time, is none.
 * @returns what has other content than was digested though its size and time are the same
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
  // An item that was done again has an earlier line, too.
  if (isSameStamp ? isAtEnd : suspect === undefined) return [];
  const again = await digestOutput(path);
  const isSame = again === null ? null : isSameContent(digest, again);
  if (isSame === true || (isSameStamp && isSame !== false)) suspects.delete(key);
  else if (suspect !== undefined) suspect.digested = digest;
  return isSameStamp && isSame === false
    ? [`step ${digest.step}: ${path} of ${item.file} has changed since: its content, under the same size and time`]
    : [];
}

/** What the journal noted of the suspects when their items were judged last. */
function noteMade({ directory }: OriginalsRequest, suspects: Map<string, Suspect>): void {
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

function whoseTheyAre(request: OriginalsRequest, suspects: Map<string, Suspect>): ExistingOutputs {
  const { metadata, directory, state } = request;
  const ask = (folder: string, isIn: (look: OutputLook) => boolean): ExistingOutputs =>
    findExistingOutputs({
      items: Iterator.from(suspects.values())
        .filter(({ look }) => isIn(look))
        .map(({ look }) => ({ outputs: [look.path], origin: findOrigin(state.steps, look.item.origin) })),
      work: metadata,
      // A run lies in the folder of its pipeline, and that in the one of all runs.
      runs: dirname(dirname(directory)),
      folder,
      self: state.run,
      isMadeAlready: true,
    });
  const given = metadata.output_dir;
  const isGiven = ({ step }: OutputLook): boolean => given !== null && step.step === metadata.definition.steps.length;
  const own = ask(directory, (look) => !isGiven(look));
  const inGiven = given === null ? null : ask(given, isGiven);
  return { ...own, madeBy: (path) => inGiven?.madeBy(path) ?? own.madeBy(path) };
}
