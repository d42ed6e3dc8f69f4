import { parseArgs } from 'node:util';
import { buildIfChanged } from '../helpers/build-if-changed.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { playQueueSchedule } from './queue-schedule.ts';

const USAGE = `usage: npm run test:queue -- [--from A] [--count N] [--seed N] [--jobs N]
Two people start, move and stop runs on two stand-in cards, engines are killed and others use the cards: never are two runs on one card, and no run
waits beside free ones. As root the two are users of their own.`;

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '10' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else process.exitCode = await main();

async function main(): Promise<number> {
  buildIfChanged();
  const from = Number(values.seed ?? values.from);
  const seeds = Array.from(
    { length: values.seed === undefined ? Number(values.count) : 1 },
    (_, index) => from + index,
  );
  let held = 0;
  let violated = 0;
  const play = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const { actions, violations, areUsers } = await playQueueSchedule(seed, BUILT_CLI);
      if (violations.length === 0) held += 1;
      else violated += 1;
      const users = areUsers ? 'two users' : 'one user';
      console.log(
        `queue ${seed}: ${users}, ${actions.length} actions: ${violations.length === 0 ? 'held' : 'VIOLATED'}`,
      );
      if (violations.length > 0 || values.seed !== undefined)
        for (const line of [...actions, ...violations.map((text) => `! ${text}`)]) console.log(`  ${line}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, play));
  console.log(`${held} schedules held, ${violated} violated`);
  return violated === 0 ? 0 : 1;
}
