// Runs the end-to-end tests, after it has made sure that there is a browser and a build to run them in.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findChromium } from '../helpers/find-chromium.ts';
import { findElectron } from '../helpers/find-electron.ts';

const root = join(import.meta.dirname, '../..');
const config = join(root, 'test/playwright.config.ts');
const playwright = join(root, 'node_modules/@playwright/test/cli.js');

process.exitCode = main(process.argv.slice(2));

/** @param {string[]} words for Playwright */
function main(words) {
  const browser = findChromium() ?? installChromium();
  if (browser === null) return withoutBrowser();
  if (findElectron() === null) say('The Electron binary is not installed: the window is tested in its stand-in alone.');
  const built = run('npm', ['run', 'build'], {});
  if (built !== 0) return built;
  return run(process.execPath, [playwright, 'test', '-c', config, ...words], { CHROMIUM_PATH: browser });
}

/** Debian's, where nobody is disturbed by it: on a machine for checks, as root. */
function installChromium() {
  if ((process.env.CI ?? '') === '' || process.getuid?.() !== 0) return null;
  say('There is no Chromium: Debian’s is installed with apt-get.');
  if (run('apt-get', ['update', '-qq'], {}) !== 0) return null;
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    DEBIAN_FRONTEND: 'noninteractive',
  });
  return findChromium();
}

function withoutBrowser() {
  const { stdout } = spawnSync(process.execPath, [playwright, 'test', '-c', config, '--list'], { encoding: 'utf8' });
  const count = /Total: (\d+) tests?/.exec(stdout)?.[1] ?? 'All';
  say(`${count} end-to-end tests skipped: there is no Chromium. Install it, or set CHROMIUM_PATH to one.`);
  return process.env.DROVER_REQUIRE_BROWSER === '1' ? 1 : 0;
}

/** @param {string} program @param {string[]} words @param {Record<string, string>} env */
function run(program, words, env) {
  const { status, error } = spawnSync(program, words, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error !== undefined) say(`${program} cannot be started: ${error.message}`);
  return status ?? 1;
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}
