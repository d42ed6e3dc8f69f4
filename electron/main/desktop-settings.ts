import { EventEmitter } from 'node:events';
import type { Settings, SettingsChange } from '../../shared/settings.ts';
import type { Engine } from '../engine/api/engine-api.ts';
import { readSettings } from '../engine/settings/settings-file.ts';

/** The settings for the desktop: available at once, with an event when they change. */
export class DesktopSettings extends EventEmitter<{ change: [Settings] }> {
  current: Settings;
  private readonly engine: Engine;

  constructor(engine: Engine, home: string) {
    super();
    this.engine = engine;
    this.current = readSettings(home).settings;
    engine.openClient({
      settingsChanged: ({ settings }) => {
        this.current = settings;
        this.emit('change', settings);
      },
    });
  }

  /** Changes and saves some settings. @returns why that failed; null on success */
  async change(change: SettingsChange): Promise<string | null> {
    const changed = await this.engine.changeSettings({ change });
    return changed.ok ? null : `${changed.error.message} ${changed.error.advice}`;
  }
}
