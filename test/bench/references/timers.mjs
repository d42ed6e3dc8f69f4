// An idle Node with many timers of a second each, spread over it, as workers begin at different times. Prints the percent of a core.
// usage: timers.mjs COUNT SETTLE_SECONDS SECONDS
import { setTimeout as sleep } from 'node:timers/promises';

const SECOND_MS = 1000;
const [count = 0, settle = 0, seconds = 0] = process.argv.slice(2).map(Number);
let ticks = 0;
const timers = [];
for (let timer = 0; timer < count; timer += 1) {
  timers.push(setInterval(() => (ticks += 1), SECOND_MS));
  await sleep(SECOND_MS / count);
}
await sleep(settle * SECOND_MS);
const before = process.cpuUsage();
const from = performance.now();
await sleep(seconds * SECOND_MS);
const { user, system } = process.cpuUsage(before);
const percent = (user + system) / 10 / (performance.now() - from);
for (const timer of timers) clearInterval(timer);
process.stdout.write(`${ticks > 0 ? percent : 0}\n`);
