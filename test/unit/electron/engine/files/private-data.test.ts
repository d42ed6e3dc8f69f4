import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CostCache } from '../../../../../electron/engine/cost/cost-cache.ts';
import { createEngine } from '../../../../../electron/engine/engine.ts';
import { RunIndex } from '../../../../../electron/engine/query/run-index.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** Names with what others may do with them; nothing of what is closed. */
function openToOthers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0)
    .map((path) => path.slice(folder.length + 1));
}

/** A data folder that others may read, made by somebody with an open mask. */
function openHome(): string {
  const home = join(temporaryFolder(), 'home');
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  mkdirSync(home, { mode: 0o777 });
  return home;
}

async function engineOver(home: string): Promise<void> {
  const headless = [process.execPath, '-e', 'process.exit(9)'] as const;
  const engine = createEngine({ home, env: { PATH: process.env['PATH'] }, headless, commandLine: null });
  await engine.changeSettings({ change: { theme: 'dark' } });
  await engine.keepDraft({ draft: '{}' });
  await engine.close();
}

describe.skipIf(process.platform === 'win32')('what Drover keeps in its data folder', () => {
  it('is closed to others whatever the mask', async () => {
    const home = openHome();
    await engineOver(home);
    (await CostCache.open(join(home, 'cache', 'costs.sqlite')))?.close();
    new RunIndex(join(home, 'cache', 'run-index.sqlite')).close();
    expect(readdirSync(home)).toEqual(expect.arrayContaining(['cache', 'settings.json', 'launch-draft.json']));
    expect(openToOthers(home)).toEqual([]);
    expect(statSync(home).mode & 0o777).toBe(0o777);
  });

  it('is closed by the next engine where it was open', async () => {
    const home = openHome();
    for (const name of ['cache', 'runs', 'runtime', 'fifos', 'mine']) mkdirSync(join(home, name), { mode: 0o777 });
    for (const name of ['drover.log', 'speeds.json', 'mine.txt']) writeFileSync(join(home, name), '', { mode: 0o666 });
    await engineOver(home);
    expect(openToOthers(home).toSorted()).toEqual(['mine', 'mine.txt']);
  });

  it('is private by itself in a folder that is a link, or that cannot be closed', async () => {
    const home = openHome();
    const elsewhere = join(temporaryFolder(), 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o777 });
    symlinkSync(elsewhere, join(home, 'cache'));
    writeFileSync(join(elsewhere, 'costs.sqlite'), '', { mode: 0o666 });
    await engineOver(home);
    (await CostCache.open(join(home, 'cache', 'costs.sqlite')))?.close();
    new RunIndex(join(home, 'cache', 'run-index.sqlite')).close();
    expect(statSync(elsewhere).mode & 0o777).toBe(0o777);
    expect(openToOthers(elsewhere)).toEqual([]);
    chmodSync(elsewhere, 0o700);
  });
});
