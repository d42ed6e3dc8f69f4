import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildIfChanged } from '../helpers/build-if-changed.ts';
import { refuse } from '../helpers/command-options.ts';
import { HUNG_MS, slowness } from '../helpers/patience.ts';
import { Watchdog } from '../helpers/watchdog.ts';
import { FLOODS, type Flood } from './floods.ts';

/** The largest sizes take minutes each (milliseconds). */
const FULL_LIMIT_MS = 60 * 60_000;

const USAGE = `usage: npm run test:floods -- [--full] [--only WORD]
  --full       the largest sizes: minutes, and some 10 GB of disk
  --only WORD  floods with this word in their name`;

await main();

/** Plays the floods one after the other, as each takes the machine for itself, and prints what was measured. */
async function main(): Promise<void> {
  const options = { full: { type: 'boolean', default: false }, only: { type: 'string', default: '' } } as const;
  const { values } = parseArgs({ options });
  const floods = FLOODS.filter(({ name }) => name.includes(values.only));
  if (floods.length === 0) {
    refuse(`There is no such flood.\n${USAGE}`);
    return;
  }
  buildIfChanged();
  const watchdog = new Watchdog();
  let failed = 0;
  for (const flood of floods) {
    watchdog.sign(flood.name, `flood of ${flood.name}`, values.full ? FULL_LIMIT_MS : HUNG_MS * slowness());
    const passed = await playAndTell(flood, values.full);
    watchdog.over(flood.name, passed ? 'passed' : 'failed');
    if (!passed) failed += 1;
  }
  watchdog.end();
  const totals = process.env['DROVER_TEST_TOTALS'] ?? '';
  if (totals === '') say(`${floods.length - failed} passed, ${failed} failed, 0 skipped`);
  else appendFileSync(totals, `${floods.length - failed} ${failed} 0\n`);
  if (failed > 0) process.exitCode = 1;
}

async function playAndTell(flood: Flood, full: boolean): Promise<boolean> {
  try {
    const { violations, figures } = await flood.play(full);
    say(`${flood.name}: ${figures}`);
    for (const violation of violations) say(`  ! ${violation}`);
    return violations.length === 0;
  } catch (error) {
    say(`${flood.name}\n  ! ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return false;
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
