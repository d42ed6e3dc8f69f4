import type { Events } from '../../shared/contract/events.ts';
import { ok } from '../../shared/result.ts';
import { hasEnded } from '../../shared/run/run-state.ts';
import { succeeded } from '../../shared/run/run-status.ts';
import { openClientSession } from './api/client-session.ts';
import type { ClientSession, Engine, EngineOptions } from './api/engine-api.ts';
import { EngineCore } from './api/engine-core.ts';
import { handOverOwnedRuns } from './api/hand-over-runs.ts';
import { launchMethods } from './api/launch-methods.ts';
import { Listeners } from './api/listeners.ts';
import { logMethods } from './api/log-methods.ts';
import { doctorMethods, machineMethods, queryMethods, settingsMethods } from './api/machine-methods.ts';
import { queueMethods } from './api/queue-methods.ts';
import { recordMethods } from './api/record-methods.ts';
import { historyMethods, runMethods } from './api/run-methods.ts';
import { closeToOthers, makeFolders, PRIVATE_FOLDER } from './files/make-folders.ts';
import { openDebugLog } from './logs/debug-log.ts';
import { readRunState } from './run-directory/read-run.ts';
import { progressOf } from './runs/run-session.ts';

/**
 * Makes an engine over a data directory. It does nothing by itself: runs are started, resumed and watched by its methods.
 * Any number of engines, in any number of processes, may share one data directory; each run has one owner.
 * @throws the file system's error when the data directory cannot be made
 */
export function createEngine(options: EngineOptions): Engine {
  makeFolders(options.home, PRIVATE_FOLDER);
  closeToOthers(options.home);
  openDebugLog(options.home, options.env);
  const core = new EngineCore(options);
  const clients = new Set<ClientSession>();
  const openClient = (listener: Partial<Events>): ClientSession => {
    const session = openClientSession(core, listener);
    const client = { ...session, close: () => clients.delete(client) && session.close() };
    clients.add(client);
    return client;
  };
  const listeners = new Listeners();
  const own = openClient(toAll(listeners));
  return {
    ...launchMethods(core),
    ...runMethods(core),
    ...logMethods(core),
    ...recordMethods(core),
    ...machineMethods(core),
    ...queueMethods(core),
    ...doctorMethods(core),
    ...queryMethods(core),
    ...settingsMethods(core),
    ...historyMethods(core),
    ...own,
    openClient,
    subscribe: (listener) => listeners.add(listener),
    async ownRun({ run, purpose, items, overwrite, begin }) {
      const found = core.find(run);
      if (!found.ok) return found;
      // Its keeper does not know that the run was stopped, or ended in another way, while no engine had it.
      if (purpose === 'adopt' && isOver(found.value.directory)) return ok(undefined);
      const owned = await core.own(found.value.directory, purpose, items, { overwrite, begin });
      if (!owned.ok) return owned;
      await owned.value.ended;
      return ok(undefined);
    },
    ownedRuns: () => [...core.owned.keys()],
    ownedProgress: () => [...core.owned.values()].map(({ session }) => progressOf(session)),
    onRunEnded(listener) {
      core.endings.on('ended', listener);
      return () => core.endings.off('ended', listener);
    },
    stopOwnedRuns: (request) => core.stopOwned(request),
    handOverOwnedRuns: () => handOverOwnedRuns(core),
    async close() {
      for (const client of clients) client.close();
      core.deviceFeed.close();
      core.runList.close();
      core.settingsWatch.close();
      core.packedCopies.removeUnused();
      await core.observed.close();
      await Promise.all([...core.owned.values()].map(({ ended }) => ended.catch(() => undefined)));
    },
  };
}

/** Whether a run has ended. A completed one may still lack its records, which the next owner writes. */
function isOver(directory: string): boolean {
  const state = readRunState(directory);
  return state.ok && hasEnded(state.value) && !succeeded(state.value.status);
}

/** A listener that passes on all events. */
function toAll(listeners: Listeners): Events {
  return {
    runEvents: (push) => listeners.push('runEvents', push),
    runProgress: (push) => listeners.push('runProgress', push),
    runProblems: (push) => listeners.push('runProblems', push),
    runEnded: (push) => listeners.push('runEnded', push),
    logGrown: (push) => listeners.push('logGrown', push),
    devicesSampled: (push) => listeners.push('devicesSampled', push),
    settingsChanged: (push) => listeners.push('settingsChanged', push),
    runsChanged: (push) => listeners.push('runsChanged', push),
    previewProgress: (push) => listeners.push('previewProgress', push),
  };
}
