import { hash } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { DeviceRef } from '../../../shared/device.ts';
import { messageOf } from '../../../shared/message-of.ts';
import type { CostEstimator } from '../../../shared/pipeline/pipeline.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { writeFileAtomic } from '../files/write-file-atomic.ts';

/** The weight of the latest run for a device's speed, against all runs before it: a slow run loses its influence after some runs. */
const LATEST_RUN_WEIGHT = 0.3;

/** With fewer seconds of work, the speed is not learned: the start-up time dominates. */
const MIN_LEARNED_SECONDS = 1;

/** What a speed belongs to: a device is not equally fast at everything. */
export interface SpeedTopic {
  pipeline: string;
  /** The step's name. */
  step: string;
  estimator: CostEstimator;
  /** Identifies the program: pipelines that run any program share only their name. */
  program: string;
}

/** Returns the topic of a step's speeds: with the program and its text parameters, without the numbers that tune it. */
export function speedTopic(
  pipeline: string,
  step: { name: string; cost: CostEstimator; command: readonly string[]; cwd?: string | undefined },
  parameters: Readonly<Record<string, string | number | boolean>>,
): SpeedTopic {
  const words = [...step.command, step.cwd ?? ''].map((word) =>
    word.replaceAll(PARAMETER, (whole, name: string) => {
      const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      return typeof value === 'string' ? value : whole;
    }),
  );
  // A command may be long, and people read the file.
  const program = hash('sha256', JSON.stringify(words)).slice(0, PROGRAM_DIGITS);
  return { pipeline, step: step.name, estimator: step.cost, program };
}

/** The largest number of topics (some hundred bytes each): every command of `shell-command` is one. */
const MAX_TOPICS = 500;
const PARAMETER = /\{param\.([A-Za-z_][\w-]*)\}/g;
const PROGRAM_DIGITS = 16;

/** The speed of one device in a run. */
export interface SpeedSample {
  device: DeviceRef;
  /** The sum of the costs of the items that it completed. */
  cost: number;
  /** Seconds in which it worked on these. */
  busySeconds: number;
}

/** Speeds for an assignment. */
export interface DeviceSpeeds {
  /** One per device, 1 on average; all 1 when none is known. */
  speeds: number[];
  /** Cost per second of a device with speed 1; null when it is unknown. */
  unitsPerSecond: number | null;
}

const deviceSpeedSchema = z.object({ name: z.string(), units_per_second: z.number().positive() });
/** Topic → device → speed. */
const fileSchema = z.object({
  version: z.literal(1),
  topics: z.record(z.string(), z.record(z.string(), deviceSpeedSchema)),
});
type SpeedFile = z.infer<typeof fileSchema>;
type KnownSpeeds = Record<string, z.infer<typeof deviceSpeedSchema>>;

/** The speeds of a file, and what was wrong with it. */
export interface LoadedSpeeds {
  speeds: LearnedSpeeds;
  /** For people; null when nothing was wrong. */
  warning: string | null;
}

/** Device speeds from earlier runs: a moving mean of cost per busy second, per pipeline, step, estimator, program and device. */
export class LearnedSpeeds {
  readonly #path: string;
  #topics: SpeedFile['topics'];

  private constructor(path: string, topics: SpeedFile['topics']) {
    this.#path = path;
    this.#topics = topics;
  }

  /** Reads the file. A damaged one is renamed and no speeds are known; an empty one has no speeds and causes no warning. */
  static async load(path: string): Promise<LoadedSpeeds> {
    const { topics, warning } = await readTopics(path);
    return { speeds: new LearnedSpeeds(path, topics), warning };
  }

  /** Returns speeds for devices, in their order. An unknown device counts as the mean of those with its name. */
  speedsFor(topic: SpeedTopic, devices: readonly DeviceRef[]): DeviceSpeeds {
    const known = this.#topics[topicKey(topic)] ?? {};
    const found = devices.map((device) => speedOf(known, device));
    const speeds = found.filter((speed) => speed !== null);
    if (speeds.length === 0 || speeds.length < found.length)
      return { speeds: devices.map(() => 1), unitsPerSecond: null };
    const unitsPerSecond = mean(speeds);
    return { speeds: speeds.map((speed) => speed / unitsPerSecond), unitsPerSecond };
  }

  /**
   * Learns from a run and writes the file atomically. Speeds that other processes have learned meanwhile are read first.
   * @returns a warning for people when the file could not be written; the speeds are then kept only in memory
   */
  async learn(topic: SpeedTopic, samples: readonly SpeedSample[]): Promise<string | null> {
    const useful = samples.filter(({ cost, busySeconds }) => cost > 0 && busySeconds >= MIN_LEARNED_SECONDS);
    if (useful.length === 0) return null;
    const { topics, warning } = await readTopics(this.#path);
    this.#topics = topics;
    const known: KnownSpeeds = { ...topics[topicKey(topic)] };
    for (const { device, units } of perDevice(useful)) known[deviceKey(device)] = blended(known, device, units);
    const key = topicKey(topic);
    // The latest topic comes last, so that topics that are not used any more are dropped first.
    delete topics[key];
    topics[key] = known;
    for (const old of Object.keys(topics).slice(0, -MAX_TOPICS)) delete topics[old];
    return writeTopics(this.#path, topics) ?? warning;
  }
}

/** Returns one speed per device, from all its workers weighted by their time. */
function perDevice(samples: readonly SpeedSample[]): { device: DeviceRef; units: number }[] {
  return [...Map.groupBy(samples, ({ device }) => deviceKey(device)).values()].flatMap((group) => {
    const device = group[0]?.device;
    const cost = group.reduce((sum, sample) => sum + sample.cost, 0);
    const seconds = group.reduce((sum, sample) => sum + sample.busySeconds, 0);
    return device === undefined ? [] : [{ device, units: cost / seconds }];
  });
}

function blended(known: KnownSpeeds, device: DeviceRef, units: number): KnownSpeeds[string] {
  const before = known[deviceKey(device)]?.units_per_second ?? units;
  return { name: device.name, units_per_second: before + LATEST_RUN_WEIGHT * (units - before) };
}

function speedOf(known: KnownSpeeds, device: DeviceRef): number | null {
  const own = known[deviceKey(device)];
  if (own !== undefined) return own.units_per_second;
  const alike = Object.values(known).filter(({ name }) => name === device.name);
  return alike.length === 0 ? null : mean(alike.map(({ units_per_second }) => units_per_second));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** CPU slots are all the same; a device without UUID is identified by its number and name. */
function deviceKey(device: DeviceRef): string {
  if (device.kind === 'cpu') return 'cpu';
  return device.uuid ?? `${device.kind} ${device.index} ${device.name}`;
}

function topicKey({ pipeline, step, estimator, program }: SpeedTopic): string {
  return JSON.stringify([pipeline, step, estimator, program]);
}

async function readTopics(path: string): Promise<{ topics: SpeedFile['topics']; warning: string | null }> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text === 'string') return parseTopics(path, text);
  const missing = text.code === 'ENOENT';
  return { topics: {}, warning: missing ? null : `Learned speeds in ${path} cannot be read (${text.message}).` };
}

/** The content of a file after a power failure: no bytes, or only zeros. */
const NOTHING = /^[\0\s]*$/;

async function parseTopics(
  path: string,
  text: string,
): Promise<{ topics: SpeedFile['topics']; warning: string | null }> {
  const parsed = fileSchema.safeParse(parseJson(text));
  if (parsed.success) return { topics: parsed.data.topics, warning: null };
  if (NOTHING.test(text)) return { topics: {}, warning: null };
  const aside = `${path}.damaged`;
  await rename(path, aside).catch(() => undefined);
  return {
    topics: {},
    warning: `Learned speeds in ${path} were damaged; the file is now ${aside}, and they are learned again.`,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function writeTopics(path: string, topics: SpeedFile['topics']): string | null {
  const content: SpeedFile = { version: 1, topics };
  try {
    makeFolders(dirname(path), PRIVATE_FOLDER);
    writeFileAtomic(path, `${JSON.stringify(content, null, 2)}\n`);
    return null;
  } catch (error) {
    return `Learned speeds could not be kept in ${path} (${messageOf(error)}).`;
  }
}
