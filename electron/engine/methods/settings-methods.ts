import type { SettingsMethods } from '../../../shared/contract/settings.ts';
import { err } from '../../../shared/result.ts';
import { checkChange } from '../settings/check-change.ts';
import { findTools } from '../settings/find-tools.ts';
import { changeSettings, readSettings } from '../settings/settings-file.ts';
import type { EngineCore } from './engine-core.ts';

/** Methods about a person's choices. The file is read anew each time: other engines on the same data folder may have changed it. */
export function settingsMethods(core: EngineCore): SettingsMethods {
  const { home, env, environment } = core.options;
  return {
    async readSettings() {
      const report = readSettings(home);
      core.settingsWatch.know(report);
      return report;
    },
    async changeSettings({ change }) {
      const wrong = checkChange(change, env, home);
      if (wrong !== null) return err(wrong);
      const changed = changeSettings(home, change);
      if (!changed.ok) return changed;
      core.settingsWatch.know(changed.value);
      core.tellAll('settingsChanged', changed.value);
      return changed;
    },
    async findTools() {
      const { interpreter } = readSettings(home).settings;
      return findTools({ env, home, interpreter, origin: environment ?? null });
    },
  };
}
