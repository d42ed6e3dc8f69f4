import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { processesWith } from '../helpers/processes-with.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';

const WATCHDOG = pathToFileURL(join(import.meta.dirname, '../helpers/watchdog.ts')).href;

/** Runs a suite that has a watchdog, and counts into a file. */
function suite(script: string): {
  signal: string | null;
  status: number | null;
  said: string;
  totals: string;
  mark: string;
} {
  const sums = join(temporaryFolder(), 'totals');
  const mark = `DROVER_TEST_SUITE=${sums}`;
  const program = `import { spawn } from 'node:child_process';
    const { Watchdog } = await import(${JSON.stringify(WATCHDOG)});
    const watchdog = new Watchdog();
    ${script}`;
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, DROVER_TEST_TOTALS: sums, DROVER_TEST_SUITE: sums },
  });
  const { signal, status, stdout, stderr } = ended;
  return { signal, status, said: stdout + stderr, totals: read(sums), mark };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

it('a test that hangs is named and ended with all that it has started, though its process cannot do anything any more', async () => {
  const ended = suite(`
    watchdog.sign('a', 'the first test');
    watchdog.over('a', 'passed');
    watchdog.sign('b', 'the one that hangs', 400);
    spawn('sleep', ['300']);
    spawn('sh', ['-c', 'sleep 300 & exit'], { detached: true, stdio: 'ignore' }).unref();
    setTimeout(() => { for (;;); }, 200);`);
  expect(ended).toMatchObject({ signal: 'SIGKILL', totals: '1 1 0\n' });
  expect(ended.said).toMatch(
    /HUNG, and ended with everything it has started: the one that hangs \(no sign for \d+ s\)/,
  );
  await until(() => processesWith(ended.mark).length === 0, 'all that was started to be gone');
});

it('a test that gives signs is left alone, and so is the end of a suite', () => {
  const ended = suite(`
    for (let sign = 0; sign < 8; sign += 1) {
      watchdog.sign('a', 'a slow test', 3_000);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    watchdog.over('a', 'passed');`);
  expect(ended).toMatchObject({ status: 0, totals: '' });
  expect(ended.said).not.toContain('HUNG');
});
