import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ageInDays, registerCleanCommand } from '../../../../../electron/cli/commands/clean.ts';
import { makeRun } from '../../../../helpers/make-run.ts';
import { type CommandOutcome, quietEngine, runCommand } from '../../../../helpers/run-command.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** A data folder with one run that ended long ago. */
function oldRun(): { directory: string; clean: (...words: string[]) => Promise<CommandOutcome> } {
  const home = temporaryFolder();
  const directory = makeRun(join(home, 'runs'), { created: new Date('2020-01-01T00:00:00Z') });
  const engine = quietEngine(home);
  return {
    directory,
    clean: (...words) => runCommand(registerCleanCommand, ['clean', ...words], { engine }),
  };
}

describe('drover clean', () => {
  test.each([
    ['30d', 30],
    ['12h', 0.5],
    ['2w', 14],
    ['1.5d', 1.5],
    ['0d', 0],
  ])('%s is %d days', (text, days) => expect(ageInDays(text)).toBe(days));

  test('what is no age is refused with how to write one', async () => {
    const { directory, clean } = oldRun();
    for (const text of ['', '30', 'd', '-1d', '3m', '1d ', 'NaNd']) {
      const { status, stderr } = await clean('--older-than', text);
      expect([text, status]).toEqual([text, 2]);
      expect(stderr).toContain('30d, 12h or 4w');
    }
    expect(existsSync(directory)).toBe(true);
  });

  test('does nothing without an age', async () => {
    const { directory, clean } = oldRun();
    expect(await clean()).toMatchObject({ status: 2 });
    expect(existsSync(directory)).toBe(true);
  });

  test('a dry run says what would be freed and frees nothing', async () => {
    const { directory, clean } = oldRun();
    const { stdout } = await clean('--older-than', '30d', '--dry-run');
    expect(stdout).toContain(directory);
    expect(stdout).toMatch(/1 run, .* would be freed\n$/);
    expect(existsSync(directory)).toBe(true);
  });

  test('frees only logs when asked for', async () => {
    const { directory, clean } = oldRun();
    expect((await clean('--older-than', '30d', '--logs-only')).stdout).toMatch(/logs of 1 run, .* freed\n$/);
    expect(existsSync(join(directory, 'metadata.json'))).toBe(true);
    expect(existsSync(join(directory, 'logs', 'run.log'))).toBe(false);
  });

  test('frees old runs', async () => {
    const { directory, clean } = oldRun();
    const document: unknown = JSON.parse((await clean('--older-than', '4w', '--json')).stdout);
    expect(document).toMatchObject({ dryRun: false, runs: [{ directory }] });
    expect(existsSync(directory)).toBe(false);
  });
});
