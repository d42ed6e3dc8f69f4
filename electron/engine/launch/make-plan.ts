import { join } from 'node:path';
import type { Plan } from '../../../shared/contract/launch.ts';
import { deviceRef } from '../../../shared/device.ts';
import type { FileRow } from '../../../shared/items/file-table.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import type { Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { assign } from '../assignment/assign.ts';
import { LearnedSpeeds, speedTopic } from '../assignment/learned-speeds.ts';
import { expandCommand } from '../pipelines/expand-step.ts';
import { isWanted } from '../steps/prepare-items.ts';
import { firstStep, type LaunchPlace, type PreparedLaunch } from './prepare-launch.ts';

/** Returns the initial assignment of a launch; starts nothing. For `queue` and `each` it is the result to expect from the workers' speeds. */
export async function makePlan(launch: PreparedLaunch, home: string): Promise<Plan> {
  const step = firstStep(launch.pipeline);
  const topic = speedTopic(launch.pipeline.name, step, launch.parameters);
  const { speeds: learned } = await LearnedSpeeds.load(join(home, 'speeds.json'));
  const { speeds, unitsPerSecond } = learned.speedsFor(topic, launch.ranks);
  const files = filesOfStep(launch);
  const costs = Float64Array.from({ length: files.length }, (_, place) => files.at(place)?.cost ?? 0);
  const assignment = assign(costs, speeds);
  const latest = assignment.lowerBound * assignment.imbalance;
  return {
    left_out: launch.leftOut,
    notices: launch.notices,
    items: costs.length,
    cost: costs.reduce((sum, cost) => sum + cost, 0),
    lower_bound: assignment.lowerBound,
    imbalance: assignment.imbalance,
    predicted_seconds: unitsPerSecond === null ? null : latest / unitsPerSecond,
    ranks: launch.ranks.map((device, rank) => ({
      rank,
      device,
      load: assignment.loads[rank] ?? 0,
      items: (assignment.ranks[rank] ?? []).map((index) => ({
        file: files.at(index)?.file ?? '',
        cost: costs[index] ?? 0,
      })),
    })),
  };
}

/** Returns the files of the first step; files that only later steps take are not its items. */
function filesOfStep({ pipeline, files }: PreparedLaunch): Sequence<FileRow> {
  const step = firstStep(pipeline);
  return step.patterns === undefined ? files : Array.from(files).filter(({ file }) => isWanted(step, file));
}

/**
 * Checks that the command line of every worker can hold its files, when a step passes them as arguments. Only the files of the first step are
 * known before the start; later a worker gets as many as fit.
 * @returns the problem `arguments-too-long`, which recommends `{manifest}`
 */
export async function checkArgumentLength(launch: PreparedLaunch, place: LaunchPlace): Promise<Result<void, Problem>> {
  const step = firstStep(launch.pipeline);
  if (step.dispatch !== 'list' || !step.command.includes('{files}')) return ok(undefined);
  const { ranks } = await makePlan(launch, place.home);
  for (const { rank, device, items } of ranks) {
    const expanded = expandCommand(step, {
      step: {
        outputDir: launch.outputDir ?? place.home,
        runDirectory: place.home,
        pipelineDir: launch.loaded.pipelineDir,
        resources: place.runtime.resources,
        python: launch.python,
        node: place.runtime.node,
        parameters: launch.parameters,
      },
      worker: { rank, worldSize: ranks.length, device: deviceRef(device) },
      list: { files: () => items.map(({ file }) => file), manifest: join(place.home, 'manifest') },
    });
    if (!expanded.ok) return expanded;
  }
  return ok(undefined);
}
