// An idle Node with many timers of a second each. Prints the percent of a core that it took.
// usage: timers.mjs COUNT SETTLE_SECONDS SECONDS
import { setTimeout as sleep } from 'node:timers/promises';

const SECOND_MS = 1000;
const [count = 0, settle = 0, seconds = 0] = process.argv.slice(2).map(Number);
let ticks = 0;
const timers = Array.from({ length: count }, () => setInterval(() => (ticks += 1), SECOND_MS));
await sleep(settle * SECOND_MS);
const before = process.cpuUsage();
const from = performance.now();
await sleep(seconds * SECOND_MS);
const { user, system } = process.cpuUsage(before);
const percent = (user + system) / 10 / (performance.now() - from);
for (const timer of timers) clearInterval(timer);
process.stdout.write(`${ticks > 0 ? percent : 0}\n`);
