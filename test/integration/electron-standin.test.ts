import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { patience } from '../helpers/patience.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const CHROMIUM = pathToFileURL(join(import.meta.dirname, '../electron-standin/chromium.mjs')).href;
/** What a browser without a desktop has to say at once, many times over. */
const NOISE = '[1:2:ERROR:dbus/bus.cc:405] Failed to connect to the bus\n'.repeat(400);

/** Connects the stand-in to a browser that prints this, and answers what it printed itself. */
async function connectTo(printed: string): Promise<string> {
  const folder = temporaryFolder();
  const browser = join(folder, 'browser');
  writeFileSync(join(folder, 'printed'), printed);
  writeFileSync(browser, `#!/bin/sh\ncat "${join(folder, 'printed')}" >&2\nexec sleep 60\n`);
  chmodSync(browser, 0o755);
  const script = `const { Chromium } = await import(${JSON.stringify(CHROMIUM)});
    await new Chromium(${JSON.stringify(browser)}).connected;
    process.exit(0);`;
  const words = ['--input-type=module', '-e', script];
  const { stderr } = await execa(process.execPath, words, { timeout: patience(30_000), env: { TMPDIR: folder } });
  return stderr;
}

it('the stand-in of Electron finds its browser, whatever else that prints around its address', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/devtools/browser/1`;
  const printed = `${NOISE}\nDevTools listening on ${address}\n${NOISE}`;
  expect(await connectTo(printed)).toContain(`DevTools listening on ${address}`);
});
