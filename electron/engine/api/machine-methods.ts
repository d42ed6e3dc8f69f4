import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, parse, resolve } from 'node:path';
import type { DoctorMethods, DoctorReport } from '../../../shared/contract/doctor.ts';
import type { Methods } from '../../../shared/contract/methods.ts';
import type { QueryMethods } from '../../../shared/contract/queries.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import type { SettingsMethods } from '../../../shared/contract/settings.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { findUsableDevices } from '../devices/select-devices.ts';
import { examineMachine } from '../doctor/examine-machine.ts';
import { writeSupportBundle } from '../doctor/support-bundle.ts';
import { homeFolder, workingFolderOrHome } from '../files/data-home.ts';
import { droverVersion } from '../files/resources-folder.ts';
import { listFolder } from '../inputs/list-folder.ts';
import { listPipelines } from '../pipelines/find-pipelines.ts';
import { INDEX_TABLES } from '../query/index-schema.ts';
import { indexFile, queryRuns } from '../query/query-runs.ts';
import { findTools } from '../settings/find-tools.ts';
import { changeSettings, readSettings } from '../settings/settings-file.ts';
import { checkChange } from '../settings/settings-watch.ts';
import type { EngineCore } from './engine-core.ts';
import { lendLogs } from './log-methods.ts';

/** Runs that a bundle takes when none is named: the newest that did not complete. */
const BUNDLED_RUNS = 3;

type MachineMethods = Pick<Methods, 'about' | 'listFolder'>;

/** Methods about this installation and the folders of its machine. */
export function machineMethods(core: EngineCore): MachineMethods {
  return {
    about: async () =>
      ok({
        version: droverVersion(),
        home: core.options.home,
        platform: process.platform,
        hostname: hostname(),
        workingDirectory: startFolder(),
        samples: join(core.resources, 'samples'),
      }),
    listFolder: ({ path }) => listFolder(path ?? startFolder(), startFolder()),
  };
}

/** Where relative paths and the file browser begin. A program that was started from a desktop is in the root folder, which is of no use. */
function startFolder(): string {
  const current = workingFolderOrHome();
  return current === parse(current).root ? homeFolder() : current;
}

/** Methods about a person's choices. The file is read anew each time: other engines on the same data folder may have changed it. */
export function settingsMethods(core: EngineCore): SettingsMethods {
  const { home, env, environment } = core.options;
  return {
    async readSettings() {
      const report = readSettings(home);
      core.settingsWatch.setReported(report);
      return ok(report);
    },
    async changeSettings({ change }) {
      const wrong = checkChange(change, env, home);
      if (wrong !== null) return err(wrong);
      const changed = changeSettings(home, change);
      if (!changed.ok) return changed;
      core.settingsWatch.setReported(changed.value);
      core.notifyAll('settingsChanged', changed.value);
      return changed;
    },
    async findTools() {
      const { interpreter } = readSettings(home).settings;
      return ok(findTools({ env, home, interpreter, origin: environment ?? null }));
    },
  };
}

/** Questions over all runs. */
export function queryMethods(core: EngineCore): Pick<QueryMethods, 'query' | 'queryTables'> {
  return {
    query: (question) => queryRuns({ index: indexFile(core.options.home), runs: core.runs, ...question }),
    queryTables: async () =>
      ok(
        INDEX_TABLES.map(({ name, about, columns }) => ({
          name,
          about,
          columns: columns.map((column) => ({ ...column })),
        })),
      ),
  };
}

/** Methods that examine the machine as a whole. */
export function doctorMethods(core: EngineCore): DoctorMethods {
  return {
    doctor: async () => ok(await examine(core, await core.runList.list())),
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
            lend: (directory, read) => lendLogs(core, directory, ({ logs }) => read(logs)),
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
  if (named.length === 0) return ok(entries.filter(({ status }) => status !== 'completed').slice(0, BUNDLED_RUNS));
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
  const why = messageOf(error);
  return problem('output-folder', `The bundle cannot be written to ${folder}: ${why}.`, 'Name another folder.');
}
