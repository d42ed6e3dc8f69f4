import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import type { OwnedProgress } from '../engine/runs/run-session.ts';
import { progressWords, runTitle } from './run-words.ts';
import { trayIcon } from './tray-icon.ts';

/** What can be done from the tray. */
export interface TrayActions {
  showWindow: () => void;
  showRun: (run: string) => void;
  stopRuns: () => void;
  quit: () => void;
}

/** The sign in the tray, there while runs are under way or the window is hidden: something must lead back to it. */
export class RunTray {
  private readonly actions: TrayActions;
  private tray: Tray | null = null;

  constructor(actions: TrayActions) {
    this.actions = actions;
  }

  update(runs: readonly OwnedProgress[], isHidden: boolean): void {
    if (runs.length === 0 && !isHidden) return this.remove();
    this.tray ??= this.create();
    this.tray.setToolTip(runs.length === 0 ? 'Drover' : runs.map(lineOf).join('\n'));
    this.tray.setContextMenu(Menu.buildFromTemplate(trayMenu(runs, this.actions)));
  }

  remove(): void {
    this.tray?.destroy();
    this.tray = null;
  }

  private create(): Tray {
    const tray = new Tray(trayIcon());
    tray.on('click', this.actions.showWindow);
    return tray;
  }
}

function trayMenu(runs: readonly OwnedProgress[], actions: TrayActions): MenuItemConstructorOptions[] {
  return [
    { label: 'Show Drover', click: actions.showWindow },
    { type: 'separator' },
    ...runs.map((run) => ({ label: lineOf(run), click: () => actions.showRun(run.run) })),
    { label: runs.length > 1 ? 'Stop the runs' : 'Stop the run', enabled: runs.length > 0, click: actions.stopRuns },
    { type: 'separator' },
    { label: 'Quit', click: actions.quit },
  ];
}

function lineOf(run: OwnedProgress): string {
  return `${runTitle(run)}: ${run.stopping ? 'stopping' : progressWords(run)}`;
}
