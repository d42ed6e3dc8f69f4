import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { registerArchiveCommand } from '../../../../../electron/cli/commands/archive.ts';
import { registerReconcileCommand } from '../../../../../electron/cli/commands/reconcile.ts';
import { registerSummaryCommand } from '../../../../../electron/cli/commands/summary.ts';
import { workerLog } from '../../../../../electron/engine/run-directory/paths.ts';
import { makeRun } from '../../../../helpers/make-run.ts';
import { quietEngine, runCommand } from '../../../../helpers/run-command.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** What the journal of a made run says of tokens stands in its logs as well. */
function printTokens(directory: string): void {
  for (const rank of [0, 1])
    appendFileSync(workerLog(directory, 1, rank), 'Token usage: input=100, output=20, cache_read=5\n');
}

function madeRun(): { directory: string; place: { engine: ReturnType<typeof quietEngine> } } {
  const home = temporaryFolder();
  return { directory: makeRun(join(home, 'runs')), place: { engine: quietEngine(home) } };
}

describe('drover summary', () => {
  test('prints the text of the summary, or where it is and its text as JSON', async () => {
    const { directory, place } = madeRun();
    const path = join(directory, 'logs_summary.txt');
    writeFileSync(path, 'all is well\n');
    expect(await runCommand(registerSummaryCommand, ['summary', 'last'], place)).toMatchObject({
      status: 0,
      stdout: 'all is well\n',
    });
    const { stdout } = await runCommand(registerSummaryCommand, ['summary', 'last', '--json'], place);
    expect(JSON.parse(stdout)).toEqual({ path, text: 'all is well\n' });
  });

  test('an unknown run has status 2', async () => {
    expect(await runCommand(registerSummaryCommand, ['summary', '2019'], madeRun().place)).toMatchObject({ status: 2 });
    expect(await runCommand(registerSummaryCommand, ['summary', '../x'], madeRun().place)).toMatchObject({ status: 2 });
  });
});

describe('drover archive', () => {
  test('prints SHA-256 and path of what it made, and finds it whole', async () => {
    const { directory, place } = madeRun();
    const made = await runCommand(registerArchiveCommand, ['archive', 'last'], place);
    expect(made.status).toBe(0);
    expect(made.stdout).toMatch(/^[0-9a-f]{64} {2}\/.*run\.tar\.gz\n$/);
    const checked = await runCommand(registerArchiveCommand, ['archive', 'last', '--verify', '--json'], place);
    expect(checked.status).toBe(0);
    const sha256 = made.stdout.slice(0, 64);
    expect(JSON.parse(checked.stdout)).toMatchObject({ path: join(directory, 'run.tar.gz'), sha256, differences: [] });
  });

  test('says what differs, with status 1', async () => {
    const { directory, place } = madeRun();
    await runCommand(registerArchiveCommand, ['archive', 'last'], place);
    appendFileSync(join(directory, 'run.tar.gz'), 'more');
    const checked = await runCommand(registerArchiveCommand, ['archive', 'last', '--verify'], place);
    expect(checked.status).toBe(1);
    expect(checked.stdout.split('\n').length).toBeGreaterThan(2);
  });
});

describe('drover reconcile', () => {
  test('gives the verdict', async () => {
    const { directory, place } = madeRun();
    printTokens(directory);
    const { status, stdout } = await runCommand(registerReconcileCommand, ['reconcile', 'last', '--json'], place);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ agreed: true, differences: [] });
  });

  test('says what differs, with status 1', async () => {
    const { directory, place } = madeRun();
    rmSync(join(directory, 'outputs', 'step_001', 'sample-000001.out'));
    const { status, stdout } = await runCommand(registerReconcileCommand, ['reconcile', 'last'], place);
    expect(status).toBe(1);
    expect(stdout).toMatch(/: differs in /);
    expect(stdout).toContain('sample-000001');
  });
});
