import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  readSettingsDocument,
  SETTINGS_VERSION,
  settingsChangeSchema,
  withChange,
} from '../../../shared/settings.ts';

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/settings', name), 'utf8'));
}

describe('a settings file', () => {
  it('of this version is read as it was written', () => {
    expect(readSettingsDocument(fixture('version-1.json'))).toEqual({
      kind: 'read',
      settings: {
        interpreter: '/opt/conda/envs/esm/bin/python',
        theme: 'light',
        notifications: false,
        retentionDays: 90,
        stopGraceSeconds: 12.5,
        keepFreeGib: null,
        blockSleep: false,
        onClose: 'stop',
        defaults: { devices: '0,2', retries: 3, workersPerDevice: 2, output: '/data/out' },
      },
    });
  });

  it('from before versions, with some of the fields, is read, and the rest is as usual', () => {
    expect(readSettingsDocument(fixture('without-version.json'))).toEqual({
      kind: 'read',
      settings: {
        ...DEFAULT_SETTINGS,
        theme: 'dark',
        retentionDays: 30,
        defaults: { ...DEFAULT_SETTINGS.defaults, retries: 2 },
      },
    });
  });

  it('of an older version goes through every step up to this one', () => {
    const steps = [
      ({ colours, ...rest }: Record<string, unknown>) => ({ ...rest, look: colours }),
      ({ look, ...rest }: Record<string, unknown>) => ({ ...rest, theme: look }),
    ];
    expect(readSettingsDocument({ colours: 'dark' }, steps)).toMatchObject({ settings: { theme: 'dark' } });
    expect(readSettingsDocument({ version: 1, look: 'light' }, steps)).toMatchObject({ settings: { theme: 'light' } });
    expect(readSettingsDocument({ version: 2, theme: 'dark' }, steps)).toMatchObject({ settings: { theme: 'dark' } });
  });

  it('of a newer version is not read', () => {
    expect(readSettingsDocument({ version: SETTINGS_VERSION + 1, theme: 'dark' })).toEqual({
      kind: 'newer',
      version: SETTINGS_VERSION + 1,
    });
  });

  it('with anything else in it is damaged, and never an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        const { kind } = readSettingsDocument(document);
        expect(['read', 'newer', 'damaged']).toContain(kind);
      }),
    );
    expect(readSettingsDocument({ version: 1, retentionDays: 'many' })).toEqual({
      kind: 'damaged',
      why: 'retentionDays: Give a whole number of days from 1 to 3650.',
    });
  });
});

describe('a change of the settings', () => {
  it('leaves alone what it does not name', () => {
    const changed = withChange(DEFAULT_SETTINGS, { theme: 'dark', defaults: { retries: 4 } });
    expect(changed).toEqual({
      ...DEFAULT_SETTINGS,
      theme: 'dark',
      defaults: { ...DEFAULT_SETTINGS.defaults, retries: 4 },
    });
  });

  it('is empty when it names nothing', () => {
    expect(settingsChangeSchema.parse({})).toEqual({});
  });

  it('is refused where a value does not fit, with words for the field', () => {
    const words = (change: unknown): string[] =>
      settingsChangeSchema.safeParse(change).error?.issues.map(({ message }) => message) ?? [];
    expect(words({ stopGraceSeconds: -1 })).toEqual(['Give seconds from 0 to 600.']);
    expect(words({ keepFreeGib: -1 })).toEqual(['Give GiB from 0 to 1000000, or leave this empty.']);
    expect(words({ defaults: { output: 'relative' } })).toEqual(['Give the whole path, from the root of the disk on.']);
    expect(words({ defaults: { workersPerDevice: 1.5 } })).toEqual(['Give a whole number of workers from 1 to 64.']);
  });
});
