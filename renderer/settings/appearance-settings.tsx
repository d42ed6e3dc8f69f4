import { setPaneSettings, usePaneSettings } from '../store/pane-settings-store.ts';
import { FONT_SIZE_MAX, FONT_SIZE_MIN } from '../terminal/limits.ts';
import { ChoiceSetting, TickSetting } from './choice-setting.tsx';
import type { SectionProps } from './section-props.ts';

const THEMES = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;
const ON_CLOSE = {
  ask: 'Ask what becomes of active runs',
  keep: 'Let active runs go on',
  stop: 'Stop active runs',
} as const;

/** Colours, and how logs look. */
export function AppearanceSettings({ client, settings }: SectionProps) {
  const { fontSize, wrap } = usePaneSettings();
  const sizes = Array.from({ length: FONT_SIZE_MAX - FONT_SIZE_MIN + 1 }, (_, index) => FONT_SIZE_MIN + index);
  return (
    <section className="form-section" aria-labelledby="appearance-title">
      <h2 id="appearance-title">Appearance</h2>
      <ChoiceSetting
        client={client}
        id="theme"
        label="Theme"
        help=""
        options={THEMES}
        saved={settings.theme}
        toChange={(theme) => ({ theme })}
      />
      <div className="field">
        <label htmlFor="log-size">Font size of logs</label>
        <select
          id="log-size"
          className="short"
          aria-describedby="log-size-note"
          value={fontSize}
          onChange={(event) => setPaneSettings({ fontSize: Number(event.target.value) })}
        >
          {sizes.map((size) => (
            <option key={size} value={size}>
              {size} px
            </option>
          ))}
        </select>
        <p id="log-size-note" className="field-note">
          This and the next one are kept by this window alone.
        </p>
      </div>
      <label className="tick">
        <input type="checkbox" checked={wrap} onChange={(event) => setPaneSettings({ wrap: event.target.checked })} />
        Wrap long lines of logs
      </label>
    </section>
  );
}

/** What only the desktop window does. */
export function DesktopSettings({ client, settings }: SectionProps) {
  return (
    <section className="form-section" aria-labelledby="desktop-title">
      <h2 id="desktop-title">Desktop window</h2>
      <ChoiceSetting
        client={client}
        id="on-close"
        label="When the window is closed"
        help="Going on means: in the tray, and after quitting in the background. Workers are not disturbed by either."
        options={ON_CLOSE}
        saved={settings.onClose}
        toChange={(onClose) => ({ onClose })}
      />
      <TickSetting
        client={client}
        id="notifications"
        label="Tell when a run has ended or a file has failed"
        help=""
        saved={settings.notifications}
        toChange={(notifications) => ({ notifications })}
      />
      <TickSetting
        client={client}
        id="block-sleep"
        label="Keep the machine awake while runs are active"
        help="The screen may still go dark."
        saved={settings.blockSleep}
        toChange={(blockSleep) => ({ blockSleep })}
      />
    </section>
  );
}
