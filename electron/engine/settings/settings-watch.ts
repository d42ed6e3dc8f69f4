import { type StatsListener, unwatchFile, watchFile } from 'node:fs';
import type { SettingsReport } from '../../../shared/contract/settings.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import type { SettingsChange } from '../../../shared/settings.ts';
import type { Environment } from '../files/data-home.ts';
import { findCommand } from '../pipelines/find-command.ts';
import { peekSettings, settingsFile } from './settings-file.ts';

/** The interval of checks of the file (milliseconds): people see a change made elsewhere at once, and a check is one `stat`. */
const POLL_MS = 1_000;

/** Notifies when another engine on the data folder, or an editor, has changed the settings. */
export class SettingsWatch {
  private readonly home: string;
  private readonly onChange: (report: SettingsReport) => void;
  /** The settings that all listeners know; null until a client has asked. */
  private reported: string | null = null;

  constructor(home: string, onChange: (report: SettingsReport) => void) {
    this.home = home;
    this.onChange = onChange;
  }

  /** Sets the settings that all listeners know; from now on they are notified of differences. */
  setReported(report: SettingsReport): void {
    // Polling instead of events: some file systems send none, and none are sent for a file that is replaced.
    if (this.reported === null) watchFile(settingsFile(this.home), { persistent: false, interval: POLL_MS }, this.poll);
    this.reported = JSON.stringify(report.settings);
  }

  /** Stops polling. */
  close(): void {
    unwatchFile(settingsFile(this.home), this.poll);
  }

  private readonly poll: StatsListener = () => {
    // An incomplete file, as an editor may leave it for a moment, is not valid; its completion is another change.
    const report = peekSettings(this.home);
    if (report === null || JSON.stringify(report.settings) === this.reported) return;
    this.setReported(report);
    this.onChange(report);
  };
}

/** Returns a problem that the schema of a change cannot find: a program that does not exist. null when there is none. */
export function checkChange(change: SettingsChange, env: Environment, home: string): Problem | null {
  const { interpreter } = change;
  if (interpreter === undefined || interpreter === null) return null;
  const found = findCommand(interpreter, env, home);
  if (found.ok) return null;
  return problem(
    'command-not-found',
    found.error.message,
    'Give the path of a Python interpreter, or leave this empty.',
  );
}
