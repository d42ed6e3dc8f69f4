import { setPaneSettings, usePaneSettings } from '../store/pane-settings-store.ts';
import { FONT_SIZE_MAX, FONT_SIZE_MIN } from '../terminal/limits.ts';
import { ChoiceSetting, TickSetting } from './choice-setting.tsx';
import type { SectionProps } from './section-props.ts';

const THEMES = { system: 'System setting', light: 'Light', dark: 'Dark' } as const;
const ON_CLOSE = {
  ask: 'Ask what to do with active runs',
  keep: 'Keep active runs running',
  stop: 'Stop active runs',
} as const;

/** Colours, and the appearance of logs. */
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
          This setting and the next one apply to this window only.
        </p>
      </div>
      <label className="tick">
        <input type="checkbox" checked={wrap} onChange={(event) => setPaneSettings({ wrap: event.target.checked })} />
        Wrap long lines of logs
      </label>
    </section>
  );
}

/** Settings of the desktop window. */
export function DesktopSettings({ client, settings }: SectionProps) {
  return (
    <section className="form-section" aria-labelledby="desktop-title">
      <h2 id="desktop-title">Desktop window</h2>
      <ChoiceSetting
        client={client}
        id="on-close"
        label="When the window is closed"
        help="Kept runs continue in the tray and, after quitting, in the background. Their workers are not disturbed."
        options={ON_CLOSE}
        saved={settings.onClose}
        toChange={(onClose) => ({ onClose })}
      />
      <TickSetting
        client={client}
        id="notifications"
        label="Notify when a run has ended or a file has failed"
        help=""
        saved={settings.notifications}
        toChange={(notifications) => ({ notifications })}
      />
      <TickSetting
        client={client}
        id="block-sleep"
        label="Keep the machine awake while runs are active"
        help="The screen may still turn off."
        saved={settings.blockSleep}
        toChange={(blockSleep) => ({ blockSleep })}
      />
    </section>
  );
}
