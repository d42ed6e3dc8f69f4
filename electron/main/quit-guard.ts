import { setTimeout as sleep } from 'node:timers/promises';
import { app, dialog } from 'electron';
import { messageOf } from '../../shared/message-of.ts';
import type { Engine } from '../engine/api/engine-api.ts';
import { askWhatBecomes, type Choice } from './ask-what-becomes.ts';
import type { DesktopSettings } from './desktop-settings.ts';

const BY = 'the window was closed';
/** How long workers may take to end beyond their grace period (ms); then they are killed. */
const BEYOND_GRACE_MS = 10_000;

/** Closes the engine before the app quits. The person's choice decides what happens to active runs. */
export class QuitGuard {
  private state: 'open' | 'ending' | 'ended' = 'open';
  private readonly engine: Engine;
  private readonly settings: DesktopSettings;
  private readonly end: () => void;
  private chosen: Choice | null = null;

  /** @param end ends everything that the app has started beside the engine */
  constructor(engine: Engine, settings: DesktopSettings, end: () => void) {
    this.engine = engine;
    this.settings = settings;
    this.end = end;
    app.on('before-quit', (event) => {
      if (this.state === 'ended') return;
      event.preventDefault();
      if (this.state === 'open') this.quit();
    });
  }

  /** Whether the app is quitting. */
  get isEnding(): boolean {
    return this.state !== 'open';
  }

  /** Quits and stops the runs, whatever the settings are. */
  quitAndStop(): void {
    this.chosen = 'stop';
    app.quit();
  }

  private quit(): void {
    this.state = 'ending';
    this.prepareToQuit().then(
      (ready) => {
        this.state = ready ? 'ended' : 'open';
        if (ready) app.quit();
      },
      (error: unknown) => {
        dialog.showErrorBox('Drover did not quit cleanly', messageOf(error));
        app.exit(1);
      },
    );
  }

  /** @returns false when the app stays open */
  private async prepareToQuit(): Promise<boolean> {
    const runs = this.engine.ownedProgress().filter(({ stopping }) => !stopping).length;
    const choice = this.chosen ?? (runs === 0 ? 'keep' : await askWhatBecomes(runs, this.settings));
    this.chosen = null;
    if (choice === 'cancel') return false;
    if (choice === 'keep' && !(await this.handOver())) return false;
    await this.stopRuns();
    this.end();
    await this.engine.close();
    return true;
  }

  /** Hands the runs over to engines without a window. @returns false when a handover failed: then this app keeps the run */
  private async handOver(): Promise<boolean> {
    const problems = await this.engine.handOverOwnedRuns();
    for (const { message, advice } of problems)
      dialog.showErrorBox('A run cannot continue without Drover, so Drover stays open', `${message}\n\n${advice}`);
    return problems.length === 0;
  }

  /** Stops the remaining runs cleanly, and kills them when that takes too long. */
  private async stopRuns(): Promise<void> {
    const late = new AbortController();
    const limit = this.settings.current.stopGraceSeconds * 1_000 + BEYOND_GRACE_MS;
    const stopped = this.engine.stopOwnedRuns({ force: false, by: BY });
    const inTime = await Promise.race([
      stopped.then(() => true),
      sleep(limit, false, { signal: late.signal }).catch(() => true),
    ]);
    late.abort();
    if (!inTime) await this.engine.stopOwnedRuns({ force: true, by: BY });
  }
}
