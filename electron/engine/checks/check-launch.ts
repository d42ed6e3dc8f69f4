import type { LaunchCheck } from '../../../shared/contract/launch.ts';
import type { PreparedLaunch } from '../runs/prepare-launch.ts';
import { checkDisk } from './check-disk.ts';
import { checkImports } from './check-imports.ts';
import { checkMemory } from './check-memory.ts';

/** What is worth knowing about a launch that can be started, beyond its plan: good or not, each with what to do. */
export async function checkLaunch(
  launch: PreparedLaunch,
  place: { env: NodeJS.ProcessEnv; runs: string; overwrite: boolean; signal: AbortSignal },
): Promise<LaunchCheck[]> {
  return [
    commandCheck(launch),
    ...(await checkImports(launch, place)),
    ...checkMemory(launch),
    ...(await checkDisk(launch.outputDir ?? place.runs)),
    ...outputsCheck(launch, place.overwrite),
  ];
}

/** A program that is missing is a problem and no check: then there is no plan. */
function commandCheck({ programs }: PreparedLaunch): LaunchCheck {
  const found = [...new Set(programs)].join(', ');
  return { subject: 'command', state: 'good', message: `Found ${found}.`, advice: '' };
}

/** Collisions are problems as well; what is left to say is that files are replaced. */
function outputsCheck({ outputDir }: PreparedLaunch, overwrite: boolean): LaunchCheck[] {
  if (outputDir === null || !overwrite)
    return [{ subject: 'outputs', state: 'good', message: 'No output stands in the way of another.', advice: '' }];
  return [
    {
      subject: 'outputs',
      state: 'caution',
      message: `Output files that are already in ${outputDir} will be replaced.`,
      advice: 'Untick “Replace output files that are there already” to keep them.',
    },
  ];
}
