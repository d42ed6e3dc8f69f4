import { join } from 'node:path';
import { deviceRef } from '../../../shared/device.ts';
import type { Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { expandCommand } from '../pipelines/expand-step.ts';
import { makePlan } from './make-plan.ts';
import { firstStep, type LaunchPlace, type PreparedLaunch } from './prepare-launch.ts';

/**
 * Checks that the command line of every worker can hold its files, where a step gives them as arguments. Only the first step's files are
 * known before the start; later a worker gets as many as fit.
 * @returns the problem `arguments-too-long`, which names `{manifest}`
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
