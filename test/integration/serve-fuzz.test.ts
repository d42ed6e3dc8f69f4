import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { type LaunchRequest } from '../../shared/contract/launch.ts';
import { decodeMessage, encodeMessage } from '../../shared/contract/message-codec.ts';
import { methodInputs } from '../../shared/contract/methods.ts';
import { EngineRig } from '../helpers/engine-rig.ts';
import { TEST_LIMIT_MS } from '../helpers/patience.ts';
import { endOf, ServeRig } from '../helpers/serve-rig.ts';
import { valueOf } from '../helpers/value-of.ts';

type Name = keyof typeof methodInputs;

const resultSchema = z.union([
  // Methods that only do something answer with `undefined`, which does not travel.
  z.strictObject({ ok: z.literal(true), value: z.unknown().optional() }),
  z.strictObject({
    ok: z.literal(false),
    error: z.strictObject({ reason: z.string(), message: z.string().min(1), advice: z.string() }),
  }),
]);
const NAMES = Object.keys(methodInputs) as Name[];

/** What a message can hold. A key `__proto__` is garbage to the decoder. */
function travelling<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return values.filter((value) => {
    try {
      decodeMessage(encodeMessage(value));
      // A path that a method writes to must not come up by chance.
      return value !== '__proto__' && !(typeof value === 'string' && value.startsWith('/'));
    } catch {
      return false;
    }
  });
}

const anything = travelling(fc.anything({ maxDepth: 2 }));
const runId = fc.constantFrom('20261121-051500-123-k3f9', '20200101-000000-000-0000');
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', '..', '../..', '/', '\0', '~', '*'),
);
/** No file of the machine may be touched by chance: nothing below a folder that is not there. */
const place = text.map((name) => join('/nowhere', name.replaceAll('\0', '')).replace(/^(?!\/nowhere)/, '/nowhere'));
const step = fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined });
const log = { run: runId, source: fc.oneof(text, fc.constantFrom('worker_0', 'run', 'orchestrator')), step };
const begin = fc.oneof(
  fc.record({ kind: fc.constant('now'), share: fc.boolean() }),
  fc.record({ kind: fc.constant('when-free'), any: fc.option(fc.integer({ min: 1, max: 1_024 })) }),
);
const launch: { [Key in keyof Required<LaunchRequest>]: fc.Arbitrary<unknown> } = {
  pipeline: fc.oneof(
    fc.constantFrom('kmer-embedding', 'none'),
    place.map((path) => `${path}.json`),
  ),
  inputs: fc.array(
    place.filter((path) => path !== ''),
    { minLength: 1, maxLength: 3 },
  ),
  output: fc.option(place, { nil: undefined }),
  devices: fc.option(fc.oneof(text, fc.constantFrom('all', 'cpu:1', '0,0', 'cpu:99999999')), { nil: undefined }),
  parameters: fc.dictionary(travelling(fc.oneof(text, fc.constant('k'))), text, { maxKeys: 3 }),
  dispatch: fc.option(fc.constantFrom('queue', 'list', 'each'), { nil: undefined }),
  retries: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  workersPerDevice: fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined }),
  stallTimeout: fc.option(fc.double({ min: 0.001, noNaN: true }), { nil: undefined }),
  name: fc.option(text, { nil: undefined }),
  overwrite: fc.boolean(),
  skipInvalid: fc.boolean(),
  begin: fc.option(begin, { nil: undefined }),
  workingDirectory: fc.constant('/nowhere'),
};

/** What fits each method's schema. */
const fitting: Record<Name, fc.Arbitrary<unknown>> = {
  devices: fc.constant({}),
  queue: fc.constant({}),
  moveQueued: fc.record({
    run: runId,
    to: fc.oneof(fc.constantFrom('first', 'last'), fc.record({ before: runId })),
  }),
  watchDevices: fc.constant({}),
  unwatchDevices: fc.constant({}),
  readSettings: fc.constant({}),
  findTools: fc.constant({}),
  changeSettings: fc.record({
    change: fc.record(
      {
        theme: fc.constantFrom('system', 'light', 'dark'),
        stopGraceSeconds: fc.double({ min: 0, max: 600, noNaN: true }),
        interpreter: fc.option(place.map((path) => path.trim()).filter((path) => path !== '')),
      },
      { requiredKeys: [] },
    ),
  }),
  pipelines: fc.constant({}),
  runs: fc.constant({}),
  unreadableRuns: fc.constant({}),
  about: fc.constant({}),
  plan: fc.record(launch),
  previewLaunch: fc.record({ ...launch, preview: text.map((one) => `${one}x`) }),
  cancelPreview: fc.record({ preview: text.map((one) => `${one}x`) }),
  describePipeline: fc.record({
    pipeline: place.map((path) => `${path}.json`),
    workingDirectory: fc.constant('/nowhere'),
  }),
  readDraft: fc.constant({}),
  keepDraft: fc.record({ draft: text }),
  deviceSeries: fc.record({ run: runId, step: fc.integer({ min: 1 }), points: fc.integer({ min: 2, max: 10_000 }) }),
  logProblems: fc.record({ run: runId }),
  startRun: fc.record({ ...launch, detach: fc.boolean() }),
  resumeRun: fc.record({ run: runId, detach: fc.boolean() }),
  retryRun: fc.record({ run: runId, items: fc.array(text), detach: fc.boolean() }),
  stopRun: fc.record({ run: runId, force: fc.boolean(), by: text }),
  findRun: fc.record({ text, prefer: fc.constantFrom('newest', 'active') }),
  runStatus: fc.record({ run: runId }),
  watchRun: fc.record({ run: runId }),
  unwatchRun: fc.record({ run: runId }),
  logSources: fc.record({ run: runId }),
  readLog: fc.record({ ...log, offset: fc.maxSafeNat(), length: fc.integer({ min: 0, max: 4 * 1024 * 1024 }) }),
  tailLog: fc.record({ ...log, lines: fc.integer({ min: 1, max: 100_000 }) }),
  searchLog: fc.record({ ...log, pattern: text.map((one) => `${one}x`), limit: fc.integer({ min: 1, max: 10_000 }) }),
  followLog: fc.record(log),
  unfollowLog: fc.record(log),
  listFolder: fc.record({ path: fc.oneof(place, text, fc.constant(null)) }),
  summary: fc.record({ run: runId }),
  archive: fc.record({ run: runId }),
  verifyArchive: fc.record({ run: runId }),
  unpackLogs: fc.record({ run: runId }),
  reconcile: fc.record({ run: runId }),
  query: fc.record({
    sql: fc.oneof(
      text.map((one) => `${one} `),
      fc.constantFrom('select * from runs', 'select 1; select 2', 'vacuum'),
    ),
    limit: fc.integer({ min: 1, max: 1_000_000 }),
    rebuild: fc.boolean(),
  }),
  queryTables: fc.constant({}),
  searchRuns: fc.record({
    pattern: text.map((one) => `${one}x`),
    limit: fc.integer({ min: 1, max: 10_000 }),
    pipeline: fc.option(text, { nil: null }),
    source: fc.option(text, { nil: null }),
    from: fc.option(runId, { nil: null }),
  }),
  doctor: fc.constant({}),
  // Nothing can be made below a file.
  supportBundle: fc.record({
    directory: place.map((path) => `/dev/null${path}`),
    runs: fc.array(text, { maxLength: 2 }),
  }),
  clean: fc.record({ olderThanDays: fc.double({ min: 0, noNaN: true }), logsOnly: fc.boolean(), dryRun: fc.boolean() }),
  watchRuns: fc.constant({}),
  unwatchRuns: fc.constant({}),
  runSizes: fc.record({ runs: fc.array(runId, { maxLength: 500 }) }),
  deleteRun: fc.record({ run: runId }),
  launchRequestOf: fc.record({ run: runId }),
};

/** What fits, with one of its properties gone, another one, or something else in its place. */
const spoiled = (name: Name): fc.Arbitrary<unknown> =>
  fc
    .tuple(fitting[name], fc.nat(), fc.constantFrom('gone', 'changed', 'added'), anything)
    .map(([input, at, how, value]) => {
      const entries = Object.entries(input as Record<string, unknown>);
      const index = entries.length === 0 ? 0 : at % entries.length;
      if (how === 'added' || entries.length === 0) return Object.fromEntries([...entries, ['extra', value]]);
      if (how === 'gone') return Object.fromEntries(entries.toSpliced(index, 1));
      return Object.fromEntries(entries.with(index, [entries[index]?.[0] ?? '', value]));
    });

interface Answer {
  t: string;
  i: string;
  r?: unknown;
  e?: unknown;
}

/** Calls by hand, since a client would not send what does not fit. */
function caller(socket: WebSocket): (name: string, args: unknown[]) => Promise<Answer> {
  const open = new Map<string, (answer: Answer) => void>();
  let calls = 0;
  socket.on('message', (data: Buffer) => {
    const answer = decodeMessage(data) as Answer;
    if (answer.t === 's') open.get(answer.i)?.(answer);
  });
  const lost = once(socket, 'close').then(([code]) => {
    throw new Error(`The connection ended with ${code}`);
  });
  lost.catch(() => undefined);
  return (name, args) => {
    calls += 1;
    const i = `${calls}`;
    const answer = new Promise<Answer>((resolve) => open.set(i, resolve));
    socket.send(encodeMessage({ t: 'q', m: name, a: args, i }));
    return Promise.race([answer, lost]).finally(() => open.delete(i));
  };
}

/** What is wrong with an answer, or null: each is a result with what it should have, also where the input does not fit. */
function wrongWith(name: Name, { e: error, r: answer }: Answer): string | null {
  if (error !== undefined) return JSON.stringify([name, 'error', error]);
  return resultSchema.safeParse(answer).success ? null : JSON.stringify([name, answer]);
}

async function served(): Promise<{ rig: EngineRig; call: ReturnType<typeof caller> }> {
  const rig = new EngineRig();
  const page = await (await ServeRig.start({ engine: rig.engine })).page();
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => {
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });
  return { rig, call: caller(page.socket) };
}

/** These start the vendors' tools each time. */
const SLOW: readonly Name[] = ['devices', 'doctor', 'supportBundle', 'query'];
/** Inputs per method; the whole suite is this many times larger with DROVER_FUZZ_RUNS=10000. */
const RUNS = Number(process.env['DROVER_FUZZ_RUNS'] ?? 25);
const runsOf = (name: Name): number => (SLOW.includes(name) ? Math.ceil(RUNS / 10) : RUNS);
/** A large number of inputs takes minutes; the usual one takes a second. */
const LIMIT_MS = Math.max(TEST_LIMIT_MS, RUNS * 100);

describe('every method', () => {
  it.each(NAMES)(
    '%s answers in its type to whatever fits its schema',
    async (name) => {
      const { rig, call } = await served();
      await fc.assert(
        fc.asyncProperty(fitting[name], async (input) => {
          expect(wrongWith(name, await call(name, [input]))).toBeNull();
        }),
        { numRuns: runsOf(name) },
      );
      expect(rig.engine.ownedRuns()).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each(NAMES)(
    '%s answers in its type to what does not fit',
    async (name) => {
      const { rig, call } = await served();
      const inputs = fc.oneof(
        spoiled(name).map((input) => [input]),
        anything.map((input) => [input]),
        fc.array(anything, { maxLength: 3 }),
      );
      await fc.assert(
        fc.asyncProperty(inputs, async (args) => {
          expect(wrongWith(name, await call(name, args))).toBeNull();
        }),
        { numRuns: runsOf(name) },
      );
      expect(rig.engine.ownedRuns()).toEqual([]);
      expect(existsSync('/nowhere')).toBe(false);
      expect(rig.runs()).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('a run that is there', () => {
  const ofRuns = NAMES.filter(
    (name) =>
      !['devices', 'plan', 'startRun', 'clean', 'reconcile', 'doctor', 'supportBundle', 'deleteRun'].includes(name),
  );

  it('is answered about in the type of each method, whatever is asked', async () => {
    const { rig, call } = await served();
    const step = { dispatch: 'each', command: ['sh', '-c', 'seq 9; echo x > "$1"', 'sh', '{output}'] };
    const run = await rig.run({ steps: [{ ...step, outputs: ['{stem}.out'] }] });
    const inputs = fc.constantFrom(...ofRuns).chain((name) => fc.tuple(fc.constant(name), fitting[name]));
    await fc.assert(
      fc.asyncProperty(inputs, async ([name, input]) => {
        const own = { ...(input as object), ...(JSON.stringify(input).includes('"run"') ? { run: run.id } : {}) };
        expect(wrongWith(name, await call(name, [own]))).toBeNull();
      }),
      { numRuns: 200 },
    );
    expect((await run.ended()).status).toBe('completed');
  });
});

describe('any bytes', () => {
  it('end at most the connection that they came on', async () => {
    const rig = await ServeRig.start();
    const other = await rig.page();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const socket = rig.socket();
        await once(socket, 'open');
        const ended = endOf(socket);
        socket.send(bytes);
        socket.close();
        await ended;
      }),
      { numRuns: 50 },
    );
    expect(valueOf(await other.client.about({})).platform).toBe(process.platform);
  });
});
