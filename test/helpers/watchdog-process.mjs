// Watches a suite of tests from a process of its own, so that no test can hang together with it: says every few seconds how far the suite is, and
// ends it, with all that it has started, when something in it gives no sign for too long. It is told what happens as lines of JSON.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HEARTBEAT_MS, HUNG_MS } from './patience.ts';
import { tellTotals } from './test-totals.ts';

/** How often it looks at the clock (milliseconds). */
const LOOK_MS = 1_000;
/** Names of what is under way that a line has room for. */
const SHOWN = 3;

const [suite, folder] = [Number(process.argv[2]), process.argv[3] ?? ''];
/** What is under way: its name, and by when it has to give a sign. @type {Map<string, { name: string, since: number, limitMs: number }>} */
const open = new Map();
const counts = { passed: 0, failed: 0, skipped: 0 };
let lastSign = performance.now();

// The suite is over, or was ended, when its end of the pipe is closed.
createInterface({ input: process.stdin })
  .on('line', (line) => take(JSON.parse(line)))
  .on('close', () => process.exit(0));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
setInterval(sayProgress, HEARTBEAT_MS);
setInterval(look, LOOK_MS);

/** @param {{ key: string, name?: string, limitMs?: number, result?: keyof typeof counts }} sign */
function take({ key, name, limitMs = HUNG_MS, result }) {
  lastSign = performance.now();
  if (result !== undefined) counts[result] += 1;
  if (name === undefined) open.delete(key);
  else open.set(key, { name, since: lastSign, limitMs });
}

function sayProgress() {
  const names = [...open.values()].map(({ name }) => name);
  if (names.length === 0) names.push('nothing');
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  const { passed, failed } = counts;
  say(
    `… ${passed + failed} done${failed > 0 ? `, ${failed} failed` : ''}; under way: ${names.slice(0, SHOWN).join(' | ')}${more}`,
  );
}

function look() {
  const now = performance.now();
  const hung = [...open].filter(([, { since, limitMs }]) => now - since > limitMs);
  const names = hung.length > 0 ? begun() : new Map();
  if (hung.length > 0) {
    end(
      hung.map(
        ([key, { name, since }]) => `${names.get(key) ?? name} (no sign for ${Math.round((now - since) / 1000)} s)`,
      ),
    );
  } else if (open.size === 0 && now - lastSign > HUNG_MS) {
    end(['the suite itself, with no test under way']);
  }
}

/** The tests that were begun last, by their files, where they could say so. @returns {Map<string, string>} */
function begun() {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return new Map(texts.map((text) => [text.slice(0, text.indexOf('\n')), text.replace('\n', ' > ')]));
}

/** @param {readonly string[]} what */
function end(what) {
  say(`HUNG, and ended with everything it has started: ${what.join('; ')}`);
  tellTotals({ ...counts, failed: counts.failed + what.length });
  // The suite first: it would take what it has started for failed tests and go on.
  for (const pid of [suite, ...descendants(suite), ...marked()]) if (pid !== process.pid) kill(pid);
  process.exit(1);
}

/** Everything below a process. @param {number} top @returns {number[]} */
function descendants(top) {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const below = [top];
  for (const parent of below) for (const [pid = 0, of] of pairs) if (of === parent) below.push(pid);
  return below.slice(1);
}

/** What has lost its parent still has the suite's mark in its environment, where that can be read. */
function marked() {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && environmentOf(pid).includes(`\0DROVER_TEST_WATCH=${folder}\0`));
  } catch {
    return [];
  }
}

/** @param {number} pid */
function environmentOf(pid) {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
  } catch {
    return '';
  }
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}
