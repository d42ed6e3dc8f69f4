import { app, BrowserWindow } from 'electron';
import type { OwnedProgress } from '../engine/runs/run-session.ts';
import { doneShare } from './run-words.ts';

/** More than one means to Electron: work whose share is not known. */
const UNKNOWN_SHARE = 2;
const NO_BAR = -1;

/** Shows on the task bar or the dock how far the runs are, and how many there are. */
export function showProgress(runs: readonly OwnedProgress[]): void {
  const share = runs.length === 0 ? NO_BAR : (doneShare(runs) ?? UNKNOWN_SHARE);
  const mode = runs.some(({ items }) => items.failed > 0) ? 'error' : 'normal';
  for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(share, { mode });
  app.setBadgeCount(runs.length);
}
