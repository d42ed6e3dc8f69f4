// Runs the end-to-end tests, after it has made sure that there is a browser and a build to run them in.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, runBrowserSuite, runProgram, say } from '../helpers/browser-suite.mjs';
import { buildIfChanged } from '../helpers/build-if-changed.ts';
import { findElectron } from '../helpers/find-electron.ts';

const config = join(ROOT, 'test/playwright.config.ts');
const playwright = join(ROOT, 'node_modules/@playwright/test/cli.js');

process.exitCode = runBrowserSuite({ name: 'end-to-end tests', count, run });

function count() {
  const words = [playwright, 'test', '-c', config, '--list', '--reporter=list'];
  const { stdout } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' });
  const total = /Total: (\d+) tests?/.exec(stdout)?.[1];
  return total === undefined ? null : Number(total);
}

/** @param {Record<string, string>} env */
function run(env) {
  if (findElectron() === null) say('The Electron binary is not installed: the window is tested in its stand-in alone.');
  buildIfChanged();
  return runProgram(process.execPath, [playwright, 'test', '-c', config, ...process.argv.slice(2)], env);
}
