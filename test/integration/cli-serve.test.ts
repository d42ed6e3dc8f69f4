import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { connectEngine, type EngineClient } from '../../shared/contract/engine-client.ts';
import { decodeMessage, encodeMessage } from '../../shared/contract/message-codec.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { EngineRig } from '../helpers/engine-rig.ts';
import { findChromium } from '../helpers/find-chromium.ts';
import { patience } from '../helpers/patience.ts';
import { until } from '../helpers/until.ts';
import { valueOf } from '../helpers/value-of.ts';

const PAGES = join(import.meta.dirname, '../../out/renderer/index.html');
/** The command serves the built pages. */
const notBuilt = existsSync(PAGES) ? '' : ' (skipped: the pages are not built, run npm run build)';

interface Serving {
  child: ChildProcess;
  firstLine: () => Promise<string>;
  stderr: () => string;
  ended: Promise<number | null>;
}

/** The environment in which the program that opens browsers writes down what it is given. */
function recordingBrowser(rig: EngineRig, opened: string): Record<string, string> {
  const bin = join(rig.folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`);
  chmodSync(join(bin, 'xdg-open'), 0o755);
  return { DISPLAY: ':99', PATH: `${bin}:${rig.env['PATH'] ?? ''}` };
}

/** The command as a program, over the rig's data folder. */
function serve(rig: EngineRig, words: string[] = ['--no-open'], env: Record<string, string> = {}): Serving {
  const home = { DROVER_HOME: rig.home, NODE_NO_WARNINGS: '1' };
  const child = spawn(process.execPath, [BUILT_CLI, 'serve', ...words], {
    cwd: rig.folder,
    env: { ...rig.env, ...home, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  return {
    child,
    async firstLine() {
      await until(() => said.out.includes('\n'), `the address; it says ${said.err}`);
      return said.out.split('\n')[0] ?? '';
    },
    stderr: () => said.err,
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}

/** The page's engine, as a browser gets to it: the token for a cookie, the cookie for the socket. */
async function browse(url: string): Promise<EngineClient> {
  const { origin } = new URL(url);
  const entry = await fetch(url, { redirect: 'manual' });
  const cookie = entry.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = await fetch(origin, { headers: { cookie } });
  expect(await page.text()).toContain('<title>Drover</title>');
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { cookie, origin } });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return connectEngine({
    post: (bytes: Uint8Array) => socket.send(bytes),
    on: (receive: (bytes: Buffer) => void) => socket.on('message', receive),
    serialize: encodeMessage,
    deserialize: decodeMessage,
  });
}

const stubborn = {
  dispatch: 'each',
  command: ['sh', '-c', 'trap "" TERM; echo begun; while :; do sleep 0.1; done', 'sh', '{output}'],
  outputs: ['{stem}.out'],
  retries: 0,
};
const patient = { ...stubborn, command: ['sh', '-c', 'echo begun; sleep 60', 'sh', '{output}'] };

async function launch(rig: EngineRig, client: EngineClient, step: typeof stubborn): Promise<string> {
  const started = await client.startRun({ ...rig.request({ steps: [step] }), detach: false });
  if (!started.ok) throw new Error(started.error.message);
  const run = rig.of(started.value);
  await until(() => run.log().includes('begun'), 'the worker to begin');
  return run.id;
}

describe.skipIf(notBuilt !== '')(`drover serve${notBuilt}`, () => {
  it('prints its address first, serves the page behind it, and ends with 0 when nothing runs', async () => {
    const rig = new EngineRig();
    const serving = serve(rig);
    const line = await serving.firstLine();
    expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect(valueOf(await (await browse(line)).about({}))).toMatchObject({
      home: rig.home,
      workingDirectory: rig.folder,
    });
    expect((await fetch(new URL(line).origin)).status).toBe(403);
    serving.child.kill('SIGTERM');
    expect(await serving.ended).toBe(0);
  });

  it('gives the address as JSON', async () => {
    const serving = serve(new EngineRig(), ['--no-open', '--json']);
    const { event, url, port } = JSON.parse(await serving.firstLine()) as { event: string; url: string; port: number };
    expect(event).toBe('serving');
    expect(new URL(url).port).toBe(String(port));
    serving.child.kill('SIGINT');
    expect(await serving.ended).toBe(0);
  });

  it('stops the runs of its page in order when it is interrupted, and ends with 130', async () => {
    const rig = new EngineRig();
    const serving = serve(rig);
    const client = await browse(await serving.firstLine());
    const run = await launch(rig, client, patient);
    serving.child.kill('SIGINT');
    expect(await serving.ended).toBe(130);
    expect(serving.stderr()).toContain('stopping the workers of 1 run (Ctrl-C)');
    const status = await rig.engine.runStatus({ run });
    expect(status).toMatchObject({ ok: true, value: { status: 'stopped', items: { pending: 1 } } });
  });

  it('kills the workers when it is interrupted twice', async () => {
    const rig = new EngineRig();
    const serving = serve(rig, ['--no-open'], { DROVER_STOP_GRACE_MS: '60000' });
    const client = await browse(await serving.firstLine());
    const run = await launch(rig, client, stubborn);
    serving.child.kill('SIGINT');
    await until(() => serving.stderr().includes('stopping'));
    // Signals that come together are one request: the second is asked for until it has been understood.
    await until(() => {
      serving.child.kill('SIGINT');
      return serving.stderr().includes('killing');
    });
    expect(await serving.ended).toBe(130);
    expect(await rig.engine.runStatus({ run })).toMatchObject({ ok: true, value: { status: 'stopped' } });
  });

  it.skipIf(findChromium() === null)('is opened by a real browser from that page', async () => {
    const rig = new EngineRig();
    const opened = join(rig.folder, 'opened');
    const serving = serve(rig, [], recordingBrowser(rig, opened));
    await serving.firstLine();
    await until(() => existsSync(opened), 'the browser');
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath: findChromium() ?? '', args });
    try {
      const page = await browser.newPage();
      await page.goto(readFileSync(opened, 'utf8'));
      await page
        .getByRole('button', { name: /New run/ })
        .first()
        .waitFor({ timeout: patience(20_000) });
      expect(new URL(page.url())).toMatchObject({ hostname: '127.0.0.1', pathname: '/', search: '' });
    } finally {
      await browser.close();
    }
    serving.child.kill('SIGINT');
    expect(await serving.ended).toBe(0);
  });

  it('opens the browser with a page on the disk that this user alone can read, and that leads to an address for once', async () => {
    const rig = new EngineRig();
    const opened = join(rig.folder, 'opened');
    const serving = serve(rig, [], recordingBrowser(rig, opened));
    const line = await serving.firstLine();
    await until(() => existsSync(opened), 'the browser');
    const argument = readFileSync(opened, 'utf8');
    expect(argument).not.toContain('token');
    const page = fileURLToPath(argument);
    expect([statSync(page).mode & 0o777, statSync(dirname(page)).mode & 0o777]).toEqual([0o600, 0o700]);
    const address = /url=([^"]*)"/.exec(readFileSync(page, 'utf8'))?.[1] ?? '';
    expect(new URL(address).origin).toBe(new URL(line).origin);
    expect(address).not.toBe(line);
    await browse(address);
    serving.child.kill('SIGINT');
    expect(await serving.ended).toBe(0);
    expect(existsSync(page)).toBe(false);
  });

  it.each([
    ['without a display', [], { DISPLAY: '' }, 'no display'],
    ['without a program that opens browsers', [], { DISPLAY: ':99', PATH: '/nowhere' }, 'xdg-open is not installed'],
  ])('goes on %s, and says so', async (_, words, env, said) => {
    const serving = serve(new EngineRig(), words, env);
    await serving.firstLine();
    await until(() => serving.stderr().includes(said), said);
    expect(serving.child.exitCode).toBeNull();
    serving.child.kill('SIGINT');
    expect(await serving.ended).toBe(0);
  });

  it('refuses a port that is in use or none, and creates nothing', async () => {
    const rig = new EngineRig();
    const first = serve(rig);
    const { port } = new URL(await first.firstLine());
    const second = serve(rig, ['--no-open', '--port', port]);
    expect(await second.ended).toBe(2);
    expect(second.stderr()).toContain(`Port ${port} is in use`);
    for (const wrong of ['65536', '-1', 'x', '1.5', '']) {
      const refused = serve(rig, ['--no-open', '--port', wrong]);
      expect(await refused.ended).toBe(2);
    }
    expect(readdirSync(rig.home)).toEqual([]);
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
  });

  it('is on this machine only', async () => {
    const serving = serve(new EngineRig());
    const { port } = new URL(await serving.firstLine());
    const socket = connect(Number(port), '127.0.0.2');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    serving.child.kill('SIGINT');
    expect(await serving.ended).toBe(0);
  });
});
