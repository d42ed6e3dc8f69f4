import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { TextSetting } from '../../renderer/settings/text-setting.tsx';
import { useSettings } from '../../renderer/store/settings-store.ts';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { SettingsReport } from '../../shared/contract/settings.ts';
import type { Result } from '../../shared/result.ts';
import { DEFAULT_SETTINGS, type SettingsChange } from '../../shared/settings.ts';

type Answer = Result<SettingsReport, never>;

it('what is typed while an earlier value is being saved stays, and is saved next', async () => {
  const asked: { change: SettingsChange; answer: (given: Answer) => void }[] = [];
  const client = {
    changeSettings: ({ change }: { change: SettingsChange }) => {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      asked.push({ change, answer: resolve });
      return promise;
    },
  } as unknown as EngineClient;
  await render(<Grace client={client} />);
  const field = page.getByRole('textbox', { name: /Grace/ });
  await field.fill('7');
  await expect.poll(() => asked.map(({ change }) => change)).toEqual([{ stopGraceSeconds: 7 }]);
  await field.fill('75');
  asked[0]?.answer({ ok: true, value: reportWith(7) });
  await expect
    .poll(() => asked.map(({ change }) => change))
    .toEqual([{ stopGraceSeconds: 7 }, { stopGraceSeconds: 75 }]);
  await expect.element(field).toHaveValue('75');
});

function reportWith(stopGraceSeconds: number): SettingsReport {
  return { settings: { ...DEFAULT_SETTINGS, stopGraceSeconds }, path: '', problem: null };
}

function Grace({ client }: { client: EngineClient }) {
  const saved = useSettings(({ report }) => report?.settings.stopGraceSeconds ?? DEFAULT_SETTINGS.stopGraceSeconds);
  return (
    <TextSetting
      client={client}
      id="stop-grace"
      label="Grace"
      help=""
      placeholder=""
      saved={String(saved)}
      isNumber
      isOptional={false}
      toChange={(value) => ({ stopGraceSeconds: value })}
    />
  );
}
