import { type StatsListener, unwatchFile, watchFile } from 'node:fs';
import type { SettingsReport } from '../../../shared/contract/settings.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import type { SettingsChange } from '../../../shared/settings.ts';
import type { Environment } from '../files/data-home.ts';
import { findCommand } from '../pipelines/find-command.ts';
import { peekSettings, settingsFile } from './settings-file.ts';

/** How often the file is looked at (milliseconds): a choice made elsewhere is seen at once by people, and a look is one `stat`. */
const LOOK_MS = 1_000;

/** Tells when somebody else has changed the settings: another engine on the data folder, or an editor. */
export class SettingsWatch {
  private readonly home: string;
  private readonly onChange: (report: SettingsReport) => void;
  /** What everybody has been told; null as long as nobody has asked. */
  private told: string | null = null;

  constructor(home: string, onChange: (report: SettingsReport) => void) {
    this.home = home;
    this.onChange = onChange;
  }

  /** These settings are known to those who listen; from now on they are told what differs. */
  know(report: SettingsReport): void {
    // By looking at it, not by events: these do not come on every file system, and not for a file that is replaced.
    if (this.told === null) watchFile(settingsFile(this.home), { persistent: false, interval: LOOK_MS }, this.look);
    this.told = JSON.stringify(report.settings);
  }

  /** Ends the looking. */
  close(): void {
    unwatchFile(settingsFile(this.home), this.look);
  }

  private readonly look: StatsListener = () => {
    // Half of a file, as an editor may leave it for a moment, is no settings: the other half is another change.
    const report = peekSettings(this.home);
    if (report === null || JSON.stringify(report.settings) === this.told) return;
    this.know(report);
    this.onChange(report);
  };
}

/** What is wrong with a change that its schema cannot see: programs that are not there. null when nothing is. */
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
