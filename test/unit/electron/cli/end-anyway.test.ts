import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MODULE = join(import.meta.dirname, '../../../../electron/cli/end-anyway.ts');

/** Runs a program that calls it and then does something else. */
function endingOf(rest: string, afterMs: number) {
  const program = `import { endAnyway } from ${JSON.stringify(MODULE)}; endAnyway((text) => console.log(text), ${afterMs}); ${rest}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

it('ends a process that something holds, with its exit status, and says what holds it', () => {
  const { status, stdout } = endingOf('process.exitCode = 3; setInterval(() => {}, 1_000_000);', 20);
  expect(status).toBe(3);
  expect(stdout).toContain('Timeout');
});

it('says nothing of a process that ends by itself', () => {
  expect(endingOf('', 600_000)).toMatchObject({ status: 0, stdout: '' });
});
