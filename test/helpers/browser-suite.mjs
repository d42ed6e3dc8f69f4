// Runs tests that need a Chromium: finds it, or says in one sentence that they are skipped.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findChromium } from './find-chromium.ts';
import { tellTotals } from './test-totals.ts';

export const ROOT = join(import.meta.dirname, '../..');

/**
 * @param {object} suite
 * @param {string} suite.name what the tests are called, in the plural
 * @param {() => number | null} suite.count how many there are; null when that cannot be told
 * @param {(env: Record<string, string>) => number} suite.run runs them with these variables; answers the exit status
 * @returns {number} the exit status
 */
export function runBrowserSuite({ name, count, run }) {
  const browser = findChromium() ?? installChromium();
  return browser === null ? withoutBrowser(name, count()) : run({ CHROMIUM_PATH: browser });
}

/** @param {string} program @param {readonly string[]} words @param {Record<string, string>} [env] @returns {number} its exit status */
export function runProgram(program, words, env = {}) {
  const { status, error } = spawnSync(program, words, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error !== undefined) say(`${program} cannot be started: ${error.message}`);
  return status ?? 1;
}

/** @param {string} text */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Debian's, where nobody is disturbed by it: on a machine for checks, as root. A path that somebody has set is not gone around. */
function installChromium() {
  const { CI = '', CHROMIUM_PATH = '' } = process.env;
  if (CI === '' || CHROMIUM_PATH !== '' || process.getuid?.() !== 0) return null;
  say('There is no Chromium: Debian’s is installed with apt-get.');
  if (runProgram('apt-get', ['update', '-qq']) !== 0) return null;
  runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    DEBIAN_FRONTEND: 'noninteractive',
  });
  return findChromium();
}

/** @param {string} name @param {number | null} count */
function withoutBrowser(name, count) {
  const required = process.env.DROVER_REQUIRE_BROWSER === '1';
  const what = count === null ? `The ${name}` : `${count} ${name}`;
  const outcome = required ? 'cannot be run, and DROVER_REQUIRE_BROWSER asks for them' : 'are skipped';
  say(`${what} ${outcome}: there is no Chromium. Install it, or set CHROMIUM_PATH to one.`);
  const tests = count ?? 1;
  tellTotals({ passed: 0, failed: required ? tests : 0, skipped: required ? 0 : tests });
  return required ? 1 : 0;
}
