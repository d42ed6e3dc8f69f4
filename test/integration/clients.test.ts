import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelOptions } from 'birpc';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LogSearches } from '../../electron/engine/api/log-searches.ts';
import { serveEngine } from '../../electron/engine/api/serve-engine.ts';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { RunEvent } from '../../shared/run/run-events.ts';
import { EngineRig, type StepInput } from '../helpers/engine-rig.ts';
import { ServeRig } from '../helpers/serve-rig.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { valueOf } from '../helpers/value-of.ts';

/** One process per item that runs a shell script; `$1` is the item, `$2` its output, `$3` the rig's folder. */
function shell(rig: EngineRig, script: string): StepInput {
  const command = ['sh', '-c', `${script}\necho done > "$2"`, 'sh', '{file}', '{output}', rig.folder];
  return { command, dispatch: 'each', outputs: ['{stem}.out'], retries: 0 };
}

const gate = (name: string): string => `while [ ! -e "$3/${name}" ]; do sleep 0.02; done`;

interface Heard {
  events: RunEvent[];
  live: number;
  problems: string[];
  sizes: number[];
  ended: string | null;
}

function listen(client: EngineClient): Heard {
  const heard: Heard = { events: [], live: 0, problems: [], sizes: [], ended: null };
  client.subscribe({
    runEvents: ({ events }) => void heard.events.push(...events),
    runProgress: () => {
      heard.live += 1;
    },
    runProblems: ({ problems }) => void heard.problems.push(...problems.map(({ text }) => text)),
    logGrown: ({ size }) => void heard.sizes.push(size),
    runEnded: ({ status }) => {
      heard.ended = status;
    },
  });
  return heard;
}

describe('two pages that watch one run', () => {
  it('both get all of its events from the first, however late they come', async () => {
    const rig = new EngineRig();
    const served = await ServeRig.start({ engine: rig.engine });
    const run = await rig.start({ steps: [shell(rig, gate('go'))], files: { 'a.txt': 'a', 'b.txt': 'b' } });
    const [first, second, third] = [await served.page(), await served.page(), await served.page()];
    const heard = [first, second, third].map(({ client }) => listen(client));
    await first.client.watchRun({ run: run.id });
    await until(() => heard[0]?.events.some(({ type }) => type === 'worker-running') === true);
    await second.client.watchRun({ run: run.id });
    rig.write({ go: '' });
    await until(() => heard[0]?.ended !== null && heard[1]?.ended !== null, 'both to hear of the end');
    expect(heard[0]?.ended).toBe('completed');
    expect(heard[0]?.events).toEqual(run.events());
    expect(heard[1]?.events).toEqual(run.events());
    // Who watches nothing hears of nothing.
    expect(heard[2]).toEqual({ events: [], live: 0, problems: [], sizes: [], ended: null });
    await third.client.watchRun({ run: run.id });
    await until(() => heard[2]?.ended !== null);
    expect(heard[2]?.events).toEqual(run.events());
  });

  it('are told of what is live, also of what was said before they came', async () => {
    const rig = new EngineRig();
    const served = await ServeRig.start({ engine: rig.engine });
    const script = `echo "WARNING: the model is old"; ${gate('go')}`;
    const run = await rig.start({ steps: [shell(rig, script)] });
    const [early, late] = [await served.page(), await served.page()];
    const [heardEarly, heardLate] = [listen(early.client), listen(late.client)];
    await early.client.watchRun({ run: run.id });
    await until(() => heardEarly.problems.length > 0 && heardEarly.live > 0, 'the warning');
    await late.client.watchRun({ run: run.id });
    await until(() => heardLate.problems.length > 0 && heardLate.live > 0, 'the warning of before');
    expect(heardLate.problems).toEqual([expect.stringContaining('the model is old')]);
    await late.client.unwatchRun({ run: run.id });
    const { live, events } = heardLate;
    const before = events.length;
    rig.write({ go: '' });
    await until(() => heardEarly.ended !== null);
    expect(heardLate).toMatchObject({ live, ended: null });
    expect(heardLate.events).toHaveLength(before);
  });

  it('go on when one of them goes away', async () => {
    const rig = new EngineRig();
    const served = await ServeRig.start({ engine: rig.engine });
    const run = await rig.start({ steps: [shell(rig, gate('go'))] });
    const [one, other] = [await served.page(), await served.page()];
    const heard = listen(other.client);
    await one.client.watchRun({ run: run.id });
    await other.client.watchRun({ run: run.id });
    one.socket.terminate();
    await until(() => served.serving.clients() === 1);
    rig.write({ go: '' });
    await until(() => heard.ended === 'completed');
    expect(heard.events).toEqual(run.events());
  });
});

describe('a page that goes away while its request is on the way', () => {
  it.each(['followLog', 'watchRun', 'searchLog'] as const)('is not served any more (%s)', async (method) => {
    const rig = new EngineRig();
    const script = `echo one; ${gate('more')}; echo two; ${gate('go')}`;
    const run = await rig.start({ steps: [shell(rig, script)] });
    const log = { run: run.id, source: 'worker_0', step: 1 };
    const port = openPort();
    const end = serveEngine(rig.engine, port.channel);
    port.receive({ t: 'q', m: method, i: '1', a: [{ ...log, pattern: 'one', limit: 1 }] });
    // As a port does whose page is reloaded: before the request that came last has been looked at.
    end();
    const other = await ServeRig.start({ engine: rig.engine }).then((served) => served.page());
    const heard = listen(other.client);
    await other.client.followLog(log);
    rig.write({ more: '' });
    await until(() => run.log().endsWith('two\n') && heard.sizes.at(-1) === run.log().length, 'the log to grow');
    rig.write({ go: '' });
    await run.ended();
    expect(port.posted.filter(({ t }) => t === 'q')).toEqual([]);
  });
});

/** The engine's end of a port; what it posts is kept. */
function openPort(): { channel: ChannelOptions; receive: (message: unknown) => void; posted: { t: string }[] } {
  const posted: { t: string }[] = [];
  let take: (message: unknown) => void = () => undefined;
  return {
    posted,
    receive: (message) => take(message),
    channel: { post: (message: { t: string }) => posted.push(message), on: (receive) => (take = receive) },
  };
}

describe('a log', () => {
  it('that is followed is announced as it grows, and no more when it is not followed', async () => {
    const rig = new EngineRig();
    const served = await ServeRig.start({ engine: rig.engine });
    const run = await rig.start({
      steps: [shell(rig, `echo one; ${gate('two')}; echo two; ${gate('go')}; echo three`)],
    });
    await until(() => run.log().includes('one'));
    const { client } = await served.page();
    const heard = listen(client);
    const name = { run: run.id, source: 'worker_0', step: 1 };
    const followed = await client.followLog(name);
    if (!followed.ok) throw new Error(followed.error.message);
    const { size } = followed.value;
    expect(size).toBe(run.log().length);
    rig.write({ two: '' });
    await until(() => run.log().endsWith('two\n') && heard.sizes.at(-1) === run.log().length, 'the growth');
    const range = await client.readLog({ ...name, offset: size, length: 100 });
    expect(range.ok && Buffer.from(range.value.bytes).toString()).toBe('two\n');
    await client.unfollowLog(name);
    const before = heard.sizes.length;
    rig.write({ go: '' });
    await run.ended();
    expect(heard.sizes).toHaveLength(before);
  });

  it('that is still to come can be followed by its step, and by no name that is none', async () => {
    const rig = new EngineRig();
    const second = { ...shell(rig, 'echo late'), name: 'second', inputs: 'previous' };
    const run = await rig.start({ steps: [shell(rig, gate('go')), second] });
    const { client } = await (await ServeRig.start({ engine: rig.engine })).page();
    const heard = listen(client);
    const name = { run: run.id, source: 'worker_0', step: 2 };
    expect(await client.followLog(name)).toEqual({ ok: true, value: { size: 0 } });
    const tail = await client.tailLog({ ...name, lines: 5 });
    expect(tail).toMatchObject({ ok: true, value: { offset: 0, size: 0 } });
    for (const source of ['../../metadata', 'worker_0.reports', '', 'worker_x']) {
      expect(await client.followLog({ ...name, source })).toMatchObject({
        ok: false,
        error: { reason: 'unknown-source' },
      });
    }
    rig.write({ go: '' });
    await run.ended();
    await until(() => heard.sizes.at(-1) === run.log(0, 2).length);
  });

  it('gives its last lines and its matching lines with their places', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [shell(rig, 'seq 1000; printf "no newline at the end"')] });
    const { client } = await (await ServeRig.start({ engine: rig.engine })).page();
    const name = { run: run.id, source: 'worker_0', step: 1 };
    const text = run.log();
    const tail = await client.tailLog({ ...name, lines: 2 });
    if (!tail.ok) throw new Error(tail.error.message);
    expect(Buffer.from(tail.value.bytes).toString()).toBe('1000\nno newline at the end');
    expect(tail.value).toMatchObject({ offset: text.indexOf('1000\nno'), size: text.length });
    const found = await client.searchLog({ ...name, pattern: '^99\\d$', limit: 3 });
    if (!found.ok) throw new Error(found.error.message);
    expect(found.value.hits.map((hit) => hit.text)).toEqual(['990', '991', '992']);
    expect(found.value.more).toBe(true);
    for (const { line, offset, text: shown } of found.value.hits) {
      expect(text.slice(offset)).toMatch(new RegExp(`^${shown}\n`));
      expect(text.slice(0, offset).split('\n')).toHaveLength(line ?? 0);
    }
    const all = await client.searchLog({ ...name, pattern: '^99\\d$', limit: 10 });
    expect(all).toMatchObject({ ok: true, value: { more: false, hits: { length: 10 } } });
    const wrong = await client.searchLog({ ...name, pattern: '(', limit: 1 });
    expect(wrong).toMatchObject({ ok: false, error: { reason: 'invalid-usage' } });
    const unknown = await client.searchLog({ ...name, source: 'worker_9', pattern: 'x', limit: 1 });
    expect(unknown).toMatchObject({ ok: false, error: { reason: 'unknown-source' } });
  });
});

describe('searches of one client', () => {
  function logOf(lines: number): string {
    const path = join(temporaryFolder(), 'a.log');
    writeFileSync(path, `${Array.from({ length: lines }, (_, line) => `line ${line} ${'a'.repeat(40)}`).join('\n')}\n`);
    return path;
  }

  function searches(limits: ConstructorParameters<typeof LogSearches>[0] = {}): LogSearches {
    const all = new LogSearches(limits);
    onTestFinished(() => all.close());
    return all;
  }

  const endless = '(a+)+[bc]';

  it('end when the same log is searched again', async () => {
    const [path, all] = [logOf(10), searches()];
    const first = all.search({ path, pattern: endless, limit: 10 });
    const second = all.search({ path, pattern: 'line 3 ', limit: 10 });
    expect(await first).toEqual({ ok: true, value: { hits: [], more: true } });
    expect(await second).toMatchObject({ ok: true, value: { more: false, hits: [{ line: 4 }] } });
  });

  it('that never end are ended, and say so', async () => {
    const all = searches({ maxMs: 100 });
    const answer = await all.search({ path: logOf(10), pattern: endless, limit: 10 });
    expect(answer).toMatchObject({
      ok: false,
      error: { reason: 'invalid-usage', message: expect.stringContaining('0.1 s') },
    });
  });

  it('wait for their turn and all have one', async () => {
    const all = searches({ atOnce: 1 });
    const paths = Array.from({ length: 5 }, () => logOf(100));
    const answers = await Promise.all(paths.map((path) => all.search({ path, pattern: 'line 9\\d', limit: 100 })));
    for (const answer of answers)
      expect(answer).toMatchObject({ ok: true, value: { hits: { length: 10 }, more: false } });
  });

  it('end with their client', async () => {
    const all = searches();
    const open = [logOf(10), logOf(10), logOf(10)].map((path) => all.search({ path, pattern: endless, limit: 10 }));
    all.close();
    expect(await Promise.all(open)).toEqual(Array(3).fill({ ok: true, value: { hits: [], more: true } }));
  });

  it('give long lines cut, and no more text than one answer holds', async () => {
    const path = join(temporaryFolder(), 'long.log');
    for (let line = 0; line < 30; line += 1) appendFileSync(path, `${'x'.repeat(100_000)}\n`.repeat(100));
    const answer = await searches().search({ path, pattern: 'x', limit: 10_000 });
    if (!answer.ok) throw new Error(answer.error.message);
    expect(answer.value.hits[0]?.text).toHaveLength(2_000);
    expect(answer.value.more).toBe(true);
    expect(answer.value.hits.length).toBeLessThan(3_000);
  });
});

describe('a page', () => {
  it('learns where it is, and lists folders', async () => {
    const rig = new EngineRig();
    const { client } = await (await ServeRig.start({ engine: rig.engine })).page();
    const about = valueOf(await client.about({}));
    expect(about).toMatchObject({ home: rig.home, platform: process.platform, workingDirectory: process.cwd() });
    const samples = await client.listFolder({ path: about.samples });
    expect(samples.ok && samples.value.entries.map(({ name }) => name)).toContain('tiny.fa');
    const start = await client.listFolder({ path: null });
    expect(start).toMatchObject({ ok: true, value: { path: process.cwd() } });
    mkdirSync(join(rig.folder, 'tree'));
    symlinkSync('/nowhere', join(rig.folder, 'tree', 'broken'));
    const tree = await client.listFolder({ path: join(rig.folder, 'tree') });
    expect(tree).toMatchObject({ ok: true, value: { entries: [], more: 0, parent: rig.folder } });
  });

  it('hears that a Drover that is ending takes no runs', async () => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [shell(rig, gate('never'))] });
    const { client } = await (await ServeRig.start({ engine: rig.engine })).page();
    await until(() => run.eventsOf('worker-running').length > 0);
    await rig.engine.stopOwnedRuns({ force: false, by: 'the test' });
    expect((await run.status()).status).toBe('stopped');
    const refused = await client.resumeRun({ run: run.id, detach: false });
    expect(refused).toMatchObject({ ok: false, error: { reason: 'cannot-start' } });
  });
});
