import { dialog, type WebContents } from 'electron';

/** A page that dies this often within this time (ms) would do so again. */
const CRASHES = 3;
const WITHIN_MS = 60_000;

/**
 * Loads a page again whose process has died; its address says what it showed. The engine and its runs are elsewhere and notice nothing.
 * @param now milliseconds
 */
export function reloadAfterCrash(contents: WebContents, now: () => number = Date.now): void {
  let crashes: number[] = [];
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || contents.isDestroyed()) return;
    crashes = [...crashes, now()].filter((time) => time > now() - WITHIN_MS);
    if (crashes.length < CRASHES) return contents.reload();
    dialog.showErrorBox(
      'The window cannot be shown',
      `Its page ended ${CRASHES} times within a minute (${reason}, ${exitCode}). Runs go on; "drover watch" in a terminal and "drover serve" in a browser show them. Reloading the window (Ctrl+R) tries again.`,
    );
  });
}
