import type { LaunchCheck } from '../../../shared/contract/launch.ts';
import { isNoteworthy, type LeftOutReason, leftOutHeadline, leftOutNames } from '../../../shared/run/left-out.ts';
import { describeStanding } from '../outputs/earlier-outputs.ts';
import type { PreparedLaunch } from '../runs/prepare-launch.ts';
import { checkDisk } from './check-disk.ts';
import { checkImports } from './check-imports.ts';
import { checkMemory } from './check-memory.ts';

/** What is worth knowing about a launch that can be started, beyond its plan: good or not, each with what to do. */
export async function checkLaunch(
  launch: PreparedLaunch,
  place: { env: NodeJS.ProcessEnv; runs: string; signal: AbortSignal },
): Promise<LaunchCheck[]> {
  return [
    commandCheck(launch),
    ...(await checkImports(launch, place)),
    ...checkMemory(launch),
    ...(await checkDisk(launch.outputDir ?? place.runs)),
    outputsCheck(launch),
    ...leftOutChecks(launch),
    ...launch.notices.map((notice): LaunchCheck => ({ subject: 'inputs', state: 'caution', ...notice })),
  ];
}

/** What was met in the search and would be no input, so that nobody misses it after the run. */
function leftOutChecks({ leftOut }: PreparedLaunch): LaunchCheck[] {
  return leftOut.map((group) => ({
    subject: 'inputs',
    state: isNoteworthy(group) ? 'caution' : 'good',
    message: `Left out: ${leftOutHeadline(group)}: ${leftOutNames(group).join(', ')}.`,
    advice: LEFT_OUT_ADVICE[group.reason],
  }));
}

const LEFT_OUT_ADVICE: Record<LeftOutReason, string> = {
  invalid: 'Copy them again, or repair them, if they belong to the run.',
  unreadable: 'Give yourself the permission, or mend the links, if they belong to the run.',
  'not-utf8': 'Rename them if they belong to the run.',
  'not-matched': 'Name a file itself to have it taken whatever its name.',
  'same-file': 'Each file is worked on once.',
  'not-a-file': 'Save their content in files if it belongs to the run.',
  hidden: '',
};

/** A program that is missing is a problem and no check: then there is no plan. */
function commandCheck({ programs }: PreparedLaunch): LaunchCheck {
  const found = [...new Set(programs)].join(', ');
  return { subject: 'command', state: 'good', message: `Found ${found}.`, advice: '' };
}

/** What stands in the way without leave to replace it is a problem and no check, as collisions are; what is left is to say what is replaced. */
function outputsCheck({ replaced }: PreparedLaunch): LaunchCheck {
  const replacing = replaced === null ? null : describeStanding(replaced, 'will be replaced');
  if (replacing === null)
    return { subject: 'outputs', state: 'good', message: 'No output stands in the way.', advice: '' };
  const advice = 'Untick “Replace output files that are there already” to keep them.';
  return { subject: 'outputs', state: 'caution', message: replacing, advice };
}
