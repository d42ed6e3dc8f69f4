import { randomBytes } from 'node:crypto';
import { existsSync, type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import {
  type ControlAnswer,
  type ControlRequest,
  controlAnswerSchema,
  controlRequestSchema,
} from '../../../shared/run/control.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { writeFileAtomic } from '../files/write-file-atomic.ts';
import { controlFolder } from './paths.ts';

/** Requests are noticed by a watch of the folder. Where that does not work, the folder is polled this often. */
const CONTROL_POLL_MS = 250;

/** The same for a run that waits for hours, whose engine should cost nothing meanwhile. */
const CONTROL_POLL_QUEUED_MS = 2_000;

/** How long a client waits for an owner's answer before it reports that the owner does not answer. */
const CONTROL_ANSWER_MS = 20_000;

/** `<time>-<nonce>.json`; answers end in `.answer.json` and are no requests. */
const REQUEST_NAME = /^(\d+)-[0-9a-f]+\.json$/;

/** How often a client checks for its answer: a person waits for it. */
const ANSWER_POLL_MS = 20;

/**
 * Sends a request to the owner of a run and waits for its answer.
 * @returns null when the owner did not answer in time, or its answer has an invalid form
 */
export async function askOwner(
  directory: string,
  request: ControlRequest,
  stillOwned: () => boolean,
): Promise<ControlAnswer | null> {
  const folder = controlFolder(directory);
  const name = `${Date.now()}-${randomBytes(4).toString('hex')}`;
  makeFolders(folder, PRIVATE_FOLDER);
  writeFileAtomic(join(folder, `${name}.json`), `${JSON.stringify(request)}\n`);
  const answer = join(folder, `${name}.answer.json`);
  const deadline = performance.now() + CONTROL_ANSWER_MS;
  while (performance.now() < deadline) {
    if (existsSync(answer)) return readChecked(answer, controlAnswerSchema);
    if (!stillOwned()) return null;
    await sleep(ANSWER_POLL_MS);
  }
  return null;
}

/** Returns the names of the requests that nobody has answered. To be called before a run is taken. */
export function openRequests(directory: string): ReadonlySet<string> {
  return new Set(unanswered(controlFolder(directory)));
}

/**
 * Watches a run's control folder and answers every request once.
 * @param earlier names of requests that existed before this ownership, because a request to an earlier owner is not for this one. The time in their
 * names does not show that, because clocks can be set
 * @param isQueued whether the run only waits, so that it is enough to poll now and then
 * @returns ends the watch
 */
export function serveControl(
  directory: string,
  earlier: ReadonlySet<string>,
  onRequest: (request: ControlRequest) => ControlAnswer,
  isQueued: () => boolean = () => false,
): () => void {
  const folder = controlFolder(directory);
  makeFolders(folder, PRIVATE_FOLDER);
  /** What was decided. An answer that could not be written is written later, and the request is not served twice. */
  const decided = new Map<string, ControlAnswer>();
  const poll = (): void => {
    for (const name of unanswered(folder).filter((name) => !earlier.has(name))) {
      const answer = decided.get(name) ?? decide(join(folder, name), onRequest);
      decided.set(name, answer);
      tryAnswer(join(folder, answerName(name)), answer);
    }
  };
  const watcher = tryWatch(folder, poll);
  let timer: NodeJS.Timeout;
  const pollAgain = (): void => {
    poll();
    timer = setTimeout(pollAgain, isQueued() ? CONTROL_POLL_QUEUED_MS : CONTROL_POLL_MS);
  };
  pollAgain();
  return () => {
    watcher?.close();
    clearTimeout(timer);
  };
}

function unanswered(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    const known = new Set(names);
    return names.filter((name) => REQUEST_NAME.test(name) && !known.has(answerName(name))).toSorted();
  } catch {
    return [];
  }
}

function decide(path: string, onRequest: (request: ControlRequest) => ControlAnswer): ControlAnswer {
  const request = readChecked(path, controlRequestSchema);
  if (request === null) return { accepted: false, message: `${path} is not a request; it was left alone` };
  return onRequest(request);
}

function readChecked<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function tryAnswer(path: string, answer: ControlAnswer): void {
  try {
    writeFileAtomic(path, `${JSON.stringify(answer)}\n`);
  } catch {
    // A full disk; the next poll tries again.
  }
}

function answerName(name: string): string {
  return name.replace(/\.json$/, '.answer.json');
}

function tryWatch(folder: string, onChange: () => void): FSWatcher | null {
  try {
    return watch(folder, onChange).on('error', () => undefined);
  } catch {
    return null;
  }
}
