import { GrowthWatcher, type GrowthWatcherOptions } from './growth-watcher.ts';

/** Report files are always watched; this poll stands in where watching does not work (milliseconds). */
const REPORT_POLL_MS = 20;

/** How report files are watched: always, since few and urgent lines come, with a quick poll where watching does not work. */
export const REPORT_WATCHING: GrowthWatcherOptions = { alwaysWatch: true, fallbackPollMs: REPORT_POLL_MS };

/**
 * Says a file's size whenever it changes, without reading it; the first time when the file is there. A file that is made before it is
 * watched is noticed sooner and costs less than one that is looked for.
 * @returns how to end it
 */
export function watchGrowth(
  path: string,
  onGrown: (size: number) => void,
  options: GrowthWatcherOptions = {},
): { stop: () => void } {
  let announced: number | null = null;
  const watcher = new GrowthWatcher(
    path,
    (look) => {
      if (look !== null && look.size !== announced) {
        announced = look.size;
        onGrown(look.size);
      }
    },
    options,
  );
  return { stop: () => watcher.stop() };
}
