// Runs the tests of components in a browser, after it has made sure that there is one.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, runBrowserSuite, runProgram } from '../helpers/browser-suite.mjs';

const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
const project = ['--config', join(ROOT, 'test/vitest.config.ts'), '--project', 'component'];

process.exitCode = runBrowserSuite({ name: 'tests of components', count, run });

function count() {
  const words = [vitest, 'list', '--json', ...project];
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? JSON.parse(stdout).length : null;
}

/** @param {Record<string, string>} env */
function run(env) {
  return runProgram(process.execPath, [vitest, 'run', ...project, ...process.argv.slice(2)], env);
}
