import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, shell } from 'electron';
import type { ShellCommand } from '../../shared/contract/shell.ts';
import type { Engine } from '../engine/api/engine-api.ts';
import { runsFolder } from '../engine/files/data-home.ts';
import { makeFolders, PRIVATE_FOLDER } from '../engine/files/make-folders.ts';
import { droverVersion } from '../engine/files/resources-folder.ts';
import type { OwnedProgress } from '../engine/runs/run-session.ts';
import { ActiveRuns, SleepBlock, showProgress } from './active-runs.ts';
import { setAppMenu } from './app-menu.ts';
import { guardClose } from './close-guard.ts';
import { DesktopSettings } from './desktop-settings.ts';
import { openMainWindow, showWindow, type WindowPlace } from './main-window.ts';
import { PageCommands } from './page-commands.ts';
import { QuitGuard } from './quit-guard.ts';
import { RunNotifications } from './run-notifications.ts';
import { RunTray } from './run-tray.ts';
import { runHash } from './run-words.ts';
import { hasTray } from './status-notifier.ts';

interface DesktopParts {
  engine: Engine;
  home: string;
  window: WindowPlace;
  /** Ends everything else that was started, when the app quits. */
  end: () => void;
}

const BY_TRAY = 'the tray';

/** The app on the desktop: window, menu, tray, notifications, and what happens to runs when it is closed. */
export class Desktop {
  private readonly parts: DesktopParts;
  private readonly settings: DesktopSettings;
  private readonly commands: PageCommands;
  private readonly runs: ActiveRuns;
  private readonly tray: RunTray;
  private readonly notifications: RunNotifications;
  private readonly sleepBlock = new SleepBlock();
  private readonly quitGuard: QuitGuard;

  constructor(parts: DesktopParts) {
    const { engine, home, window } = parts;
    this.parts = parts;
    this.settings = new DesktopSettings(engine, home);
    this.commands = new PageCommands(window.origin);
    this.runs = new ActiveRuns(engine);
    this.tray = new RunTray({
      showWindow: () => this.show(),
      showRun: (run) => this.showRun(run),
      stopRuns: () => this.stopRuns(),
      quit: () => app.quit(),
    });
    this.notifications = new RunNotifications(
      (run) => this.showRun(run),
      () => this.settings.current.notifications,
    );
    this.quitGuard = new QuitGuard(engine, this.settings, () => this.end());
    this.runs.on('change', (runs) => this.showRuns(runs));
    engine.onRunEnded((end) => this.notifications.ended(end));
    this.watchQueuedRuns();
    this.watchSettings();
    setAppMenu(this.menuActions(), { isMac: process.platform === 'darwin', isDeveloped: !app.isPackaged });
  }

  /** Runs that wait for devices go on in processes of their own, also after this one has ended. */
  private watchQueuedRuns(): void {
    const client = this.parts.engine.openClient({ runsChanged: ({ changed }) => this.notifications.listed(changed) });
    void client.watchRuns({});
  }

  /** Brings the window to the front; opens one if there is none. */
  show(): void {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) this.openWindow();
    else showWindow(window);
    this.showRuns(this.runs.current);
  }

  /** Opens the form with files from outside the window. */
  openFiles(paths: readonly string[]): void {
    if (paths.length > 0) this.command({ kind: 'files', paths: [...paths] });
  }

  private command(command: ShellCommand): void {
    this.show();
    this.commands.send(command);
  }

  private showRun(run: string): void {
    this.command({ kind: 'show', hash: runHash(run) });
  }

  private openWindow(): void {
    const window = openMainWindow(this.parts.window);
    this.commands.watch(window.webContents);
    for (const event of ['show', 'hide'] as const) window.on(event as 'show', () => this.showRuns(this.runs.current));
    guardClose(window, {
      engine: this.parts.engine,
      settings: this.settings,
      hasTray: () => hasTray(process.env),
      isEnding: () => this.quitGuard.isEnding,
      quitAndStop: () => this.quitGuard.quitAndStop(),
      onHidden: () => this.showRuns(this.runs.current),
    });
  }

  private showRuns(runs: readonly OwnedProgress[]): void {
    const isHidden = BrowserWindow.getAllWindows().some((window) => !window.isVisible() && !window.isMinimized());
    showProgress(runs);
    this.tray.update(runs, isHidden);
    this.sleepBlock.set(runs.length > 0 && this.settings.current.blockSleep);
    this.notifications.progressed(runs);
  }

  private watchSettings(): void {
    const apply = (): void => {
      nativeTheme.themeSource = this.settings.current.theme;
      this.showRuns(this.runs.current);
    };
    this.settings.on('change', apply);
    apply();
  }

  private stopRuns(): void {
    for (const { run } of this.runs.current) void this.parts.engine.stopRun({ run, force: false, by: BY_TRAY });
  }

  private menuActions() {
    const documents = join(app.getAppPath(), 'docs');
    return {
      show: (hash: string) => this.command({ kind: 'show', hash }),
      openRunsFolder: () => this.openFolder(runsFolder(this.parts.home)),
      toggleTheme: () => void this.settings.change({ theme: nativeTheme.shouldUseDarkColors ? 'light' : 'dark' }),
      openDocuments: existsSync(documents) ? () => this.openFolder(documents) : null,
      about: () => this.about(),
    };
  }

  private openFolder(folder: string): void {
    makeFolders(folder, PRIVATE_FOLDER);
    void shell.openPath(folder).then((error) => {
      if (error !== '') dialog.showErrorBox('The folder could not be opened', `${folder}: ${error}`);
    });
  }

  private about(): void {
    void dialog.showMessageBox({
      type: 'info',
      title: 'About Drover',
      message: `Drover ${droverVersion()}`,
      detail: `Runs an inference program over many files on every GPU of this machine.\n\nData folder: ${this.parts.home}`,
      buttons: ['OK'],
    });
  }

  private end(): void {
    this.runs.stop();
    this.tray.remove();
    this.sleepBlock.set(false);
    this.parts.end();
  }
}
