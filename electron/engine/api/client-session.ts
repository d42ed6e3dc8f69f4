import type { Events } from '../../../shared/contract/events.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok } from '../../../shared/result.ts';
import { RunWatches } from '../observe/run-watches.ts';
import { statusOfRun } from '../run-directory/read-run.ts';
import type { ClientSession } from './engine-api.ts';
import type { EngineCore } from './engine-core.ts';
import { startRun } from './launch-methods.ts';
import { LaunchPreviews } from './launch-previews.ts';
import { notify } from './listeners.ts';
import { FOLLOWED_LOGS_PER_CLIENT, FollowedLogs, LiveViews } from './live-views.ts';
import { findLog, findLogToCome } from './log-methods.ts';
import { LogSearches, RunsSearches } from './log-searches.ts';
import { startWaiting } from './queue-methods.ts';

/** The most runs that one client watches at once: each costs a file watch. A window shows a handful. */
const WATCHES_PER_CLIENT = 200;

/**
 * Opens the session of one client. It gets the whole history of each run that it watches, whoever else watches it. Closing it ends
 * everything that it began.
 * @param listener gets the events of what this client watches, and no others
 */
export function openClientSession(core: EngineCore, listener: Partial<Events>): ClientSession {
  const live = new LiveViews(core, listener);
  const watches = new RunWatches({
    push: (name, payload) => notify(listener, name, payload),
    onOver: (run, status) => live.over(run, status),
    isOwned: core.isOwned,
    onBegun: (run) => live.begin(run),
  });
  const logs = new FollowedLogs((push) => notify(listener, 'logGrown', push));
  const searches = new LogSearches();
  const runsSearches = new RunsSearches(core);
  let closed = false;
  let endRuns: (() => void) | null = null;
  const previews = new LaunchPreviews(core, (push) => notify(listener, 'previewProgress', push));
  const unsubscribe = core.subscribe({
    runProgress: (push) => watches.has(push.run) && notify(listener, 'runProgress', push),
    runProblems: (push) => watches.has(push.run) && notify(listener, 'runProblems', push),
    settingsChanged: (push) => notify(listener, 'settingsChanged', push),
  });
  let endDevices: (() => void) | null = null;
  const unwatchDevices = (): void => {
    endDevices?.();
    endDevices = null;
  };
  return {
    // A request may be executed after its client has gone. Nobody would end what it began.
    watchRun: async ({ run }) => (closed ? err(hasGone()) : watchRun(core, watches, run)),
    async unwatchRun({ run }) {
      watches.unwatch(run);
      live.end(run);
      return ok(undefined);
    },
    async watchDevices() {
      if (closed) return err(hasGone());
      endDevices ??= core.deviceFeed.watch((push) => notify(listener, 'devicesSampled', push));
      return ok(await core.deviceFeed.known());
    },
    async unwatchDevices() {
      unwatchDevices();
      return ok(undefined);
    },
    async watchRuns() {
      if (closed) return err(hasGone());
      endRuns ??= core.runList.watch((change) => notify(listener, 'runsChanged', change));
      // After a restart of the machine the window is the first to look. The list itself does not wait for that, nor depend on it.
      startWaiting(core).catch(() => undefined);
      await core.runList.refresh();
      return ok(undefined);
    },
    async unwatchRuns() {
      endRuns?.();
      endRuns = null;
      return ok(undefined);
    },
    async followLog(name) {
      const log = await findLogToCome(core, name);
      if (!log.ok) return log;
      if (closed) return err(hasGone());
      if (!logs.follow({ name, ...log.value })) return err(tooMany('logs followed', FOLLOWED_LOGS_PER_CLIENT));
      return ok({ size: log.value.size });
    },
    async unfollowLog(name) {
      logs.unfollow(name);
      return ok(undefined);
    },
    async searchLog({ pattern, limit, ...name }) {
      const log = await findLog(core, name);
      return log.ok ? searches.search({ path: log.value.path, pattern, limit }) : log;
    },
    searchRuns: (search) => runsSearches.search(search),
    previewLaunch: (input) => previews.preview(input),
    async cancelPreview({ preview }) {
      previews.cancel(preview);
      return ok(undefined);
    },
    startRun: ({ detach, ...request }) => startRun(core, { ...request, detach }, previews.takePrepared(request)),
    close() {
      closed = true;
      unsubscribe();
      unwatchDevices();
      endRuns?.();
      previews.close();
      watches.close();
      live.close();
      logs.close();
      searches.close();
      runsSearches.close();
    },
  };
}

function watchRun(core: EngineCore, watches: RunWatches, text: string): ReturnType<typeof statusOfRun> {
  const found = core.find(text);
  if (!found.ok) return found;
  const { run, directory } = found.value;
  const status = statusOfRun(directory, core.isOwned(directory), new Date());
  if (!status.ok) return status;
  if (!watches.has(run) && watches.count >= WATCHES_PER_CLIENT) return err(tooMany('runs watched', WATCHES_PER_CLIENT));
  watches.watch(run, directory);
  return status;
}

function hasGone(): Problem {
  return problem('invalid-usage', 'This client has gone.', 'Connect again and ask once more.');
}

function tooMany(what: string, limit: number): Problem {
  return problem(
    'invalid-usage',
    `This client has ${limit} ${what}, which is the most.`,
    'Close what you do not look at, or open another window.',
  );
}
