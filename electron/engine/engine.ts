import { mkdirSync } from 'node:fs';
import type { Engine, EngineOptions } from './engine-api.ts';
import { EngineCore } from './methods/engine-core.ts';
import { launchMethods } from './methods/launch-methods.ts';
import { logMethods } from './methods/log-methods.ts';
import { recordMethods } from './methods/record-methods.ts';
import { runMethods } from './methods/run-methods.ts';
import { RunWatches } from './runs/run-watches.ts';

/** The data directory names private files and holds private logs. */
const PRIVATE_MODE = 0o700;

/**
 * Makes an engine over a data directory. It does nothing by itself: runs are started, resumed and watched by its methods.
 * Any number of engines, in any number of processes, may share one data directory; each run has one owner.
 * @throws the file system's error when the data directory cannot be made
 */
export function createEngine(options: EngineOptions): Engine {
  mkdirSync(options.home, { recursive: true, mode: PRIVATE_MODE });
  const core = new EngineCore(options);
  const watches = new RunWatches({ push: (name, payload) => core.push(name, payload), isOwned: core.isOwned });
  return {
    ...launchMethods(core),
    ...runMethods(core, watches),
    ...logMethods(core),
    ...recordMethods(core),
    subscribe: (listener) => core.subscribe(listener),
    async hostRun({ run, purpose, items }) {
      const found = core.find(run);
      if (!found.ok) throw new Error(found.error.message);
      const hosted = core.host(found.value.directory, purpose, items);
      if (!hosted.ok) throw new Error(`${hosted.error.message} ${hosted.error.advice}`);
      await hosted.value.ended;
    },
    ownedRuns: () => [...core.hosted.keys()],
    async close() {
      watches.close();
      await Promise.all([...core.hosted.values()].map(({ ended }) => ended.catch(() => undefined)));
    },
  };
}
