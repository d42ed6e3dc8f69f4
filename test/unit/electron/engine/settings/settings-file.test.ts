import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changeSettings, peekSettings, readSettings } from '../../../../../electron/engine/settings/settings-file.ts';
import { DEFAULT_SETTINGS } from '../../../../../shared/settings.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

function homeWith(text: string): string {
  const home = temporaryFolder();
  writeFileSync(join(home, 'settings.json'), text);
  return home;
}

describe('the settings of a data folder', () => {
  it('are the usual ones where there is no file, and none is made by looking', () => {
    const home = temporaryFolder();
    expect(readSettings(home)).toEqual({
      settings: DEFAULT_SETTINGS,
      path: join(home, 'settings.json'),
      problem: null,
    });
    expect(readdirSync(home)).toEqual([]);
  });

  it('are kept from one reading to the next, and other fields with them', () => {
    const home = join(temporaryFolder(), 'not-yet-there');
    expect(changeSettings(home, { theme: 'dark' }).ok).toBe(true);
    expect(changeSettings(home, { retentionDays: 7 }).ok).toBe(true);
    expect(readSettings(home).settings).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', retentionDays: 7 });
    expect(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8'))).toMatchObject({ version: 1 });
  });

  it('of a newer Drover are refused in words and not overwritten', () => {
    const text = '{"version":99,"theme":"sepia"}';
    const home = homeWith(text);
    expect(readSettings(home)).toMatchObject({ settings: DEFAULT_SETTINGS, problem: { reason: 'newer-version' } });
    const changed = changeSettings(home, { theme: 'dark' });
    expect(changed).toMatchObject({ ok: false, error: { reason: 'newer-version' } });
    expect(readFileSync(join(home, 'settings.json'), 'utf8')).toBe(text);
  });

  it('that are damaged are set aside, with their content, and the usual ones stand in', () => {
    for (const text of ['{"theme":', '[]', '{"version":1,"theme":"mauve"}', '']) {
      const home = homeWith(text);
      const report = readSettings(home);
      expect(report.settings).toEqual(DEFAULT_SETTINGS);
      expect(report.problem?.message).toContain('held no valid settings');
      expect(readFileSync(join(home, 'settings.json.damaged-1'), 'utf8')).toBe(text);
      expect(existsSync(join(home, 'settings.json'))).toBe(false);
    }
  });

  it('that are half written are left as they are by who only peeks', () => {
    const home = homeWith('{"version": 1, "theme": "da');
    expect(peekSettings(home)).toBeNull();
    expect(readdirSync(home)).toEqual(['settings.json']);
    writeFileSync(join(home, 'settings.json'), '{"version": 1, "theme": "dark"}');
    expect(peekSettings(home)).toMatchObject({ settings: { theme: 'dark' }, problem: null });
  });

  it('that are damaged again do not replace what was set aside before', () => {
    const home = homeWith('first');
    readSettings(home);
    writeFileSync(join(home, 'settings.json'), 'second');
    readSettings(home);
    expect(readFileSync(join(home, 'settings.json.damaged-1'), 'utf8')).toBe('first');
    expect(readFileSync(join(home, 'settings.json.damaged-2'), 'utf8')).toBe('second');
  });

  it('that cannot be saved leave the old ones as they are, and say so', () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'settings.json'));
    expect(readSettings(home).problem?.message).toContain('cannot be read');
    const changed = changeSettings(home, { theme: 'dark' });
    expect(changed).toMatchObject({ ok: false, error: { reason: 'data-folder' } });
  });
});
