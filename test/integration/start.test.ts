import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const BIN = join(import.meta.dirname, '../../electron/bin');

/** A checkout in which `npm start` is tried: its own start programs, and stand-ins for everything that they start. */
class Checkout {
  readonly root = temporaryFolder();
  readonly env: Record<string, string> = { PATH: process.env['PATH'] ?? '', DROVER_DOWNLOAD_WAIT_SECONDS: '30' };

  constructor() {
    for (const name of ['start.mjs', 'download-electron.mjs', 'electron-trouble.mjs', 'hang-up.mjs'])
      cpSync(join(BIN, name), join(this.root, 'electron/bin', name), { recursive: true });
    this.write('electron/bin/drover.mjs', "console.log('served', ...process.argv.slice(2));");
    this.write('out/main/main.js', '');
  }

  write(name: string, text: string): string {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** What the installer of the package does; it notes that it ran. */
  installer(body: string): this {
    const note = `import('node:fs').then((fs) => fs.appendFileSync(${JSON.stringify(join(this.root, 'tries'))}, 'x'));`;
    this.write('node_modules/electron/package.json', '{"name":"electron"}');
    this.write('node_modules/electron/install.js', `${note}\n${body}`);
    return this;
  }

  /** An Electron that is there already. */
  electron(script: string): this {
    this.write('node_modules/electron/path.txt', 'electron');
    chmodSync(this.write('node_modules/electron/dist/electron', `#!/bin/sh\n${script}\n`), 0o755);
    return this;
  }

  /** How often the installer ran. */
  get tries(): number {
    const file = join(this.root, 'tries');
    return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
  }

  async start(env: Record<string, string>): Promise<{ status: number | null; out: string; said: string }> {
    const child = spawn(process.execPath, [join(this.root, 'electron/bin/start.mjs'), '--port', '8123'], {
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, said] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += String(data)));
    child.stderr.on('data', (data: Buffer) => (said += String(data)));
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, out, said };
  }
}

const DISPLAY = { DISPLAY: ':99' };
const SERVED = 'served serve --port 8123\n';

describe.runIf(process.platform === 'linux')('npm start', () => {
  it('serves at once without a display, and downloads nothing', async () => {
    const checkout = new Checkout().installer('setTimeout(() => {}, 60_000);');
    const { out, said, status } = await checkout.start({});
    expect(out).toBe(SERVED);
    expect(said).toContain('no display');
    expect(checkout.tries).toBe(0);
    expect(status).toBe(0);
  });

  it('opens the window where there is a display and a binary, and ends as it does', async () => {
    const checkout = new Checkout().electron('echo "window $1"; exit 7');
    const { out, status } = await checkout.start(DISPLAY);
    expect(out).toBe(`window ${checkout.root}\n`);
    expect(status).toBe(7);
  });

  it('opens the window on Wayland, and in another Electron that is named', async () => {
    const checkout = new Checkout();
    const named = checkout.write('other/electron', '#!/bin/sh\necho "other window"\n');
    chmodSync(named, 0o755);
    const { out } = await checkout.start({ WAYLAND_DISPLAY: 'wayland-0', ELECTRON_EXEC_PATH: named });
    expect(out).toBe('other window\n');
  });

  it('downloads the binary once where there is none, and opens the window', async () => {
    const script = JSON.stringify('#!/bin/sh\necho "fresh window"\n');
    const checkout = new Checkout().installer(`
      const fs = require('node:fs');
      fs.mkdirSync(__dirname + '/dist');
      fs.writeFileSync(__dirname + '/dist/electron', ${script}, { mode: 0o755 });
      fs.writeFileSync(__dirname + '/path.txt', 'electron');
    `);
    const { out } = await checkout.start(DISPLAY);
    expect(out).toBe('fresh window\n');
    expect(checkout.tries).toBe(1);
  });

  it('serves when no byte of the binary comes, ends the download and says the command that installs it', async () => {
    const checkout = new Checkout().installer('setTimeout(() => {}, 60_000);');
    const { out, said } = await checkout.start({ ...DISPLAY, DROVER_DOWNLOAD_WAIT_SECONDS: '3' });
    expect(out).toBe(SERVED);
    expect(said).toContain('no answer within 3 s');
    expect(said).toContain('npx install-electron');
  });

  it('waits for a download that has begun, however slow', async () => {
    const checkout = new Checkout().installer(`
      const fs = require('node:fs');
      const file = require('node:os').tmpdir() + '/part';
      fs.writeFileSync(file, 'x');
      setTimeout(() => { console.error('it broke off'); process.exit(1); }, 7000);
    `);
    const { out, said } = await checkout.start({ ...DISPLAY, DROVER_DOWNLOAD_WAIT_SECONDS: '5' });
    expect(said).toContain('could not be downloaded: it broke off');
    expect(out).toBe(SERVED);
  });

  it('recognises that Electron may not make its sandbox, says the remedy and serves', async () => {
    const words = '[1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! If you are running on Ubuntu 23.10+';
    const checkout = new Checkout().electron(`echo '${words}' >&2; kill -TRAP $$`);
    const { out, said } = await checkout.start(DISPLAY);
    expect(out).toBe(SERVED);
    expect(said).toContain(`sudo chmod 4755 '${join(checkout.root, 'node_modules/electron/dist/chrome-sandbox')}'`);
  });

  it('recognises that Electron does not run as root, and never turns its sandbox off', async () => {
    const checkout = new Checkout().electron(
      'echo "arguments: $*" >&2; echo "Running as root without --no-sandbox is not supported." >&2; exit 1',
    );
    const { out, said } = await checkout.start(DISPLAY);
    expect(out).toBe(SERVED);
    expect(said).toContain('Start Drover as an ordinary user');
    expect(/arguments: (.*)/.exec(said)?.[1]).toBe(`${checkout.root} --port 8123`);
  });
});
