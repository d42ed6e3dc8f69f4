import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../electron/engine/engine.ts';
import type { SettingsReport } from '../../shared/contract/settings.ts';
import { EngineRig } from '../helpers/engine-rig.ts';
import { until } from '../helpers/until.ts';

/** An engine whose settings somebody looks at, with what it has told since. */
async function watched() {
  const rig = new EngineRig();
  const told: SettingsReport[] = [];
  onTestFinished(rig.engine.subscribe({ settingsChanged: (report) => told.push(report) }));
  await rig.engine.readSettings({});
  return { rig, told, file: join(rig.home, 'settings.json') };
}

it('settings that another engine changes are told to whoever has read them, once', async () => {
  const { rig, told } = await watched();
  const other = createEngine({ home: rig.home, env: rig.env, headless: [process.execPath], commandLine: null });
  onTestFinished(() => other.close());
  await other.changeSettings({ change: { theme: 'dark' } });
  await until(() => told.length > 0, 'the change is told');
  await other.changeSettings({ change: { retentionDays: 9 } });
  await until(() => told.length > 1, 'the next change is told');
  expect(told.map(({ settings }) => [settings.theme, settings.retentionDays])).toEqual([
    ['dark', null],
    ['dark', 9],
  ]);
});

it('an own change is told at once and not again when the file is seen to have changed', async () => {
  const { rig, told, file } = await watched();
  await rig.engine.changeSettings({ change: { theme: 'light' } });
  expect(told).toHaveLength(1);
  writeFileSync(file, JSON.stringify({ version: 1, theme: 'dark' }));
  await until(() => told.length > 1, 'the change of the file is told');
  expect(told.map(({ settings }) => settings.theme)).toEqual(['light', 'dark']);
});
