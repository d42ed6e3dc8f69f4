import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { NO_MARK, type OutputStamp, outputStampSchema } from '../../../shared/run/output-stamp.ts';
import type { RunState } from '../../../shared/run/run-model.ts';
import { outputDigestsFile, outputPath } from '../run-directory/paths.ts';
import { forEachLine } from '../run-directory/read-journal.ts';
import { isAsMade } from './output-files.ts';

/** Files up to this many bytes are read whole; of larger ones this many bytes are read in all, so that no output takes long. */
const WHOLE_BYTES = 1024 ** 2;
/** The number of pieces of a larger file, spread evenly from its first byte to its last. */
const SAMPLES = 16;
/** Bytes hashed at once: few enough that other work on the event loop does not wait. */
const PIECE_BYTES = WHOLE_BYTES / SAMPLES;
/** The number of hashed entries of a folder that is an output; more are only counted. */
const MAX_ENTRIES = 10_000;
/** Lines are written when there are this many, or when no work is left. */
const LINES_PER_WRITE = 200;
/** How long the end of a run waits for pending digests (milliseconds). */
const END_WAIT_MS = 3_000;

const digestSchema = z.object({
  ...outputStampSchema.shape,
  step: z.number().int().positive(),
  item: z.number().int().nonnegative(),
  /** The index of the output in the item, from 0. */
  output: z.number().int().nonnegative(),
  /** Of the whole content. */
  sha256: z.string().optional(),
  /** Of a larger file's size and 16 pieces of 64 KiB, spread evenly from its first byte to its last. */
  sampled_sha256: z.string().optional(),
  /** Of the names and sizes of the entries of a folder. */
  listing_sha256: z.string().optional(),
});
/** A line of outputs.ndjson. */
export type OutputDigest = z.infer<typeof digestSchema>;
type Digest = OutputStamp & Pick<OutputDigest, 'sha256' | 'sampled_sha256' | 'listing_sha256'>;

/** Parses a line of outputs.ndjson; returns null when it is not valid. */
export function parseOutputDigest(line: string): OutputDigest | null {
  try {
    return digestSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Whether two digests are of equal content: true or false where that is certain, null where parts of it were never read. */
export function isSameContent(a: Digest, b: Digest): boolean | null {
  if (a.sha256 !== undefined && b.sha256 !== undefined) return a.sha256 === b.sha256;
  const sampled = a.sampled_sha256 !== undefined && a.sampled_sha256 === b.sampled_sha256;
  const listed = a.listing_sha256 !== undefined && a.listing_sha256 === b.listing_sha256;
  return sampled || listed ? null : false;
}

/** Returns the digest of an output in its present state; null when it does not exist, cannot be read, or changes meanwhile. */
export async function digestOutput(path: string): Promise<Digest | null> {
  try {
    if ((await stat(path)).isDirectory()) return await digestFolder(path);
    const file = await open(path, 'r');
    try {
      return await digestFile(file);
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

async function digestFile(file: FileHandle): Promise<Digest | null> {
  const { size, mtimeMs } = await file.stat();
  const hash = createHash('sha256');
  const isWhole = size <= WHOLE_BYTES;
  if (!isWhole) hash.update(`${size}\n`);
  for (let piece = 0; piece < SAMPLES; piece += 1) {
    const from = isWhole ? piece * PIECE_BYTES : Math.floor((piece * (size - PIECE_BYTES)) / (SAMPLES - 1));
    if (from >= size) break;
    await hashPiece(file, hash, from, Math.min(PIECE_BYTES, size - from));
  }
  const after = await file.stat();
  if (after.size !== size || after.mtimeMs !== mtimeMs) return null;
  const hex = hash.digest('hex');
  return { size, mtime_ms: mtimeMs, ...(isWhole ? { sha256: hex } : { sampled_sha256: hex }) };
}

async function hashPiece(file: FileHandle, hash: Hash, from: number, length: number): Promise<void> {
  const bytes = Buffer.allocUnsafe(length);
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(bytes, read, length - read, from + read);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    read += bytesRead;
  }
  hash.update(bytes);
}

async function digestFolder(path: string): Promise<Digest> {
  const { mtimeMs } = await stat(path);
  const names = await readdir(path, { recursive: true });
  const hash = createHash('sha256').update(`${names.length}\n`);
  for (const name of names.sort().slice(0, MAX_ENTRIES)) {
    const inside = await stat(join(path, name)).catch(() => null);
    hash.update(`${name}\0${inside === null || inside.isDirectory() ? '-' : inside.size}\n`);
  }
  const { length: size } = await readdir(path);
  return { size, mtime_ms: mtimeMs, listing_sha256: hash.digest('hex') };
}

/** Adds lines to outputs.ndjson. A line that does not fit on a full disk is left out: then only size and time are known. */
export async function appendDigests(directory: string, digests: readonly OutputDigest[]): Promise<void> {
  if (digests.length === 0) return;
  const lines = digests.map((digest) => `${JSON.stringify(digest)}\n`).join('');
  await appendFile(outputDigestsFile(directory), lines).catch(() => undefined);
}

/**
 * Computes the digests of outputs while a run goes on, one after the other and in small pieces, so that handing out items does not wait for
 * it and little is left to do at the end.
 */
export class OutputDigests {
  readonly #directory: string;
  readonly #state: RunState;
  /** Steps and items whose outputs are waiting, from the index `#next` on. */
  #waiting: { step: number; item: number }[] = [];
  #next = 0;
  #work: Promise<void> | null = null;
  #isEnding = false;

  /** @param state of the run; it has the outputs of its items */
  constructor(directory: string, state: RunState) {
    this.#directory = directory;
    this.#state = state;
  }

  /** Adds a complete item: its outputs are digested when their turn comes. */
  note(step: number, item: number): void {
    if (this.#isEnding) return;
    this.#waiting.push({ step, item });
    this.#work ??= this.#digestAll();
  }

  /** Adds the items that an earlier engine did not digest, when their outputs are unchanged. */
  catchUp(): void {
    const seen = this.#state.steps.map(({ items }) => new Uint8Array(items.length));
    const path = outputDigestsFile(this.#directory);
    const note = (line: string): void => {
      const digest = parseOutputDigest(line);
      if (digest !== null && (seen[digest.step - 1]?.length ?? 0) > digest.item)
        seen[digest.step - 1]?.fill(1, digest.item, digest.item + 1);
    };
    if (existsSync(path)) forEachLine(path, note);
    for (const [index, { step, items }] of this.#state.steps.entries()) {
      for (const { item, status, outputs } of items) {
        if (status !== 'complete' || seen[index]?.[item] === 1) continue;
        const marks = items.outputMarks(item);
        const isWhole = outputs.every(
          (output, place) => isAsMade(outputPath(this.#directory, output), marks[place] ?? NO_MARK) === true,
        );
        if (isWhole && outputs.length > 0) this.note(step, item);
      }
    }
  }

  /** Waits a while for pending digests, and drops the others. */
  async end({ atOnce = false } = {}): Promise<void> {
    if (atOnce) this.#isEnding = true;
    const timer = setTimeout(() => {
      this.#isEnding = true;
    }, END_WAIT_MS);
    await this.#work;
    clearTimeout(timer);
    this.#isEnding = true;
  }

  async #digestAll(): Promise<void> {
    let lines: OutputDigest[] = [];
    for (let one = this.#take(); one !== undefined; one = this.#take()) {
      lines.push(...(await this.#digest(one.step, one.item)));
      if (lines.length < LINES_PER_WRITE && this.#next < this.#waiting.length) continue;
      await appendDigests(this.#directory, lines);
      lines = [];
    }
    this.#waiting = [];
    this.#next = 0;
    this.#work = null;
    await appendDigests(this.#directory, lines);
  }

  #take(): { step: number; item: number } | undefined {
    if (this.#isEnding) return undefined;
    this.#next += 1;
    return this.#waiting[this.#next - 1];
  }

  async #digest(step: number, item: number): Promise<OutputDigest[]> {
    const outputs = this.#state.steps[step - 1]?.items.outputs(item) ?? [];
    const digests: OutputDigest[] = [];
    for (const [output, path] of outputs.entries()) {
      const digest = await digestOutput(outputPath(this.#directory, path));
      if (digest !== null) digests.push({ step, item, output, ...digest });
    }
    return digests;
  }
}
