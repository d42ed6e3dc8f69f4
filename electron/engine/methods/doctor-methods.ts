import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DoctorMethods, DoctorReport } from '../../../shared/contract/doctor.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { findUsableDevices } from '../devices/select-devices.ts';
import { examineMachine } from '../doctor/examine-machine.ts';
import { writeSupportBundle } from '../doctor/support-bundle.ts';
import { droverVersion } from '../files/resources-folder.ts';
import { listPipelines } from '../pipelines/list-pipelines.ts';
import { readSettings } from '../settings/settings-file.ts';
import type { EngineCore } from './engine-core.ts';
import { lendLogs } from './find-log.ts';

/** Runs that a bundle takes when none is named: the newest that did not complete. */
const BUNDLED_RUNS = 3;

/** Methods that look at the machine as a whole. */
export function doctorMethods(core: EngineCore): DoctorMethods {
  return {
    doctor: async () => examine(core, await core.runList.list()),
    async supportBundle({ directory, runs }) {
      const entries = await core.runList.list();
      const chosen = chooseRuns(core, runs, entries);
      if (!chosen.ok) return chosen;
      const folder = resolve(directory);
      if (existsSync(folder)) return err(isThere(folder));
      const report = await examine(core, entries);
      try {
        const { home } = core.options;
        return ok({
          directory: folder,
          files: await writeSupportBundle(folder, {
            report,
            home,
            list: entries,
            runs: chosen.value,
            env: core.options.env,
            lend: (directory, look) => lendLogs(core, directory, ({ logs }) => look(logs)),
          }),
        });
      } catch (error) {
        return err(notWritten(folder, error));
      }
    },
  };
}

async function examine(core: EngineCore, runs: readonly RunListEntry[]): Promise<DoctorReport> {
  const { home, env } = core.options;
  const [{ devices, problems }, pipelines] = await Promise.all([
    findUsableDevices(env),
    listPipelines({ home, resources: core.resources }),
  ]);
  const workers = join(core.resources, 'workers');
  return examineMachine({
    version: droverVersion(),
    home,
    env,
    interpreter: readSettings(home).settings.interpreter ?? undefined,
    workers,
    devices,
    deviceProblems: problems,
    runs,
    pipelines,
  });
}

type Chosen = { run: string; directory: string };

/** The runs that were named, else the newest that did not complete. */
function chooseRuns(
  core: EngineCore,
  named: readonly string[],
  entries: readonly RunListEntry[],
): Result<Chosen[], Problem> {
  if (named.length === 0) {
    return ok(entries.filter(({ status }) => status !== 'completed').slice(0, BUNDLED_RUNS));
  }
  const chosen: Chosen[] = [];
  for (const text of named) {
    const found = core.find(text);
    if (!found.ok) return found;
    chosen.push(found.value);
  }
  return ok(chosen);
}

function isThere(folder: string): Problem {
  return problem('output-exists', `${folder} is there already.`, 'Name a folder that is not there yet.');
}

function notWritten(folder: string, error: unknown): Problem {
  const why = error instanceof Error ? error.message : String(error);
  return problem('output-folder', `The bundle cannot be written to ${folder}: ${why}.`, 'Name another folder.');
}
