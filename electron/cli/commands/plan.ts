import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Plan, PlanRank } from '../../../shared/contract/launch.ts';
import { deviceLabel } from '../../../shared/device.ts';
import { cost, count, duration, plural } from '../../../shared/format.ts';
import { type CliContext, must } from '../cli-context.ts';
import { addLaunchOptions, type LaunchOptions, launchRequest } from '../launch-options.ts';
import { leftOutLines, noticeLines } from '../left-out-lines.ts';
import { printJson } from '../output.ts';
import { type Column, tableLines } from '../table.ts';

/** The number of items that are named per rank. */
const NAMED_ITEMS = 3;
/** Length of the bar of the rank with the largest load, in characters. */
const BAR_CHARS = 20;

const COLUMNS: readonly Column[] = [
  { heading: 'RANK', number: true },
  { heading: 'DEVICE' },
  { heading: 'ITEMS', number: true },
  { heading: 'LOAD', number: true },
  { heading: 'SHARE' },
  { heading: 'FIRST ITEMS' },
];

const EXAMPLES = `
Examples:
  drover plan --pipeline kmer-embedding --input genomes/
  drover plan --pipeline kmer-embedding --input genomes/ --devices 0,2 --json | jq .imbalance`;

/** `drover plan`: shows which files would go where, and starts nothing. */
export function registerPlanCommand(program: Command, context: () => CliContext): void {
  const command = program
    .command('plan')
    .summary('show the assignment of a run without starting it')
    .description(
      'Shows which items would go to which device, and how even the assignment is. Nothing is created or started.',
    );
  addLaunchOptions(command)
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: LaunchOptions & { json?: boolean }) => plan(context(), options));
}

async function plan(context: CliContext, options: LaunchOptions & { json?: boolean }): Promise<void> {
  const planned = must(await context.engine.plan(launchRequest(options, context)));
  if (options.json === true) return printJson(context, planned);
  for (const line of planLines(planned)) context.print(line);
}

/** Returns a plan as text for people. */
export function planLines(plan: Plan): string[] {
  const largest = plan.ranks.reduce((most, rank) => Math.max(most, rank.load), 0);
  const imbalance = `imbalance ${plan.imbalance.toFixed(3)} (largest load / lower bound)`;
  return [
    `${plural(plan.items, 'item')}, cost ${cost(plan.cost)}, lower bound ${cost(plan.lower_bound)}, ${imbalance}`,
    ...(plan.predicted_seconds === null
      ? []
      : [`predicted to take ${duration(plan.predicted_seconds)}, judging by earlier runs`]),
    ...leftOutLines(plan.left_out),
    ...noticeLines(plan.notices),
    '',
    ...tableLines(
      COLUMNS,
      plan.ranks.map((rank) => rankRow(rank, largest)),
    ),
  ];
}

function rankRow(rank: PlanRank, largest: number): string[] {
  const share = largest > 0 ? rank.load / largest : 0;
  return [
    String(rank.rank),
    rank.device.kind === 'cpu' ? deviceLabel(rank.device) : `${deviceLabel(rank.device)} ${rank.device.name}`,
    count(rank.items.length),
    cost(rank.load),
    '#'.repeat(Math.round(share * BAR_CHARS)).padEnd(BAR_CHARS, '.'),
    firstItems(rank),
  ];
}

function firstItems(rank: PlanRank): string {
  const named = rank.items.slice(0, NAMED_ITEMS).map((item) => basename(item.file));
  return rank.items.length > NAMED_ITEMS ? `${named.join(', ')}, …` : named.join(', ');
}
