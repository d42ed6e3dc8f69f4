import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drover } from '../helpers/drover-command.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** A folder `texts` with these files, and the words that plan or run one command per file over it. */
function place(names: readonly string[]): { folder: string; home: string; words: (output: string) => string[] } {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, 'texts', name, '..'), { recursive: true });
    writeFileSync(join(folder, 'texts', name), 'some words\n');
  }
  const launch = ['--pipeline', 'shell-command', '--input', join(folder, 'texts'), '--devices', 'cpu:1'];
  const command = ['--param', 'command=wc -w < "$1" > "$2"'];
  const words = (output: string): string[] => [...launch, ...command, '--output', join(folder, output)];
  return { folder, home: join(folder, 'home'), words };
}

describe('results among the inputs', () => {
  it('are named when a pipeline that takes everything finds what it made before', async () => {
    const { folder, home, words } = place(['a.txt', 'b.txt', 'old/a.txt.out']);
    const { status, stdout } = await drover(home, 'plan', ...words('results'));
    expect(status).toBe(0);
    expect(stdout).toContain(
      `Note: 1 input is named like a result of this pipeline, such as ${join(folder, 'texts/old/a.txt.out')}.`,
    );
  });

  it('are foreseen when the output folder lies in the input folder', async () => {
    const { folder, home, words } = place(['a.txt']);
    const { status, stderr } = await drover(home, 'run', ...words('texts/results'));
    expect(status).toBe(0);
    expect(stderr).toContain(
      `Note: The output folder ${join(folder, 'texts/results')} lies in the input folder ${join(folder, 'texts')}: ` +
        'a later run would take results such as a.txt.out as inputs.\n  Choose an output folder outside the input folder.',
    );
  });

  it('are told in JSON, too', async () => {
    const { home, words } = place(['a.txt', 'a.txt.out']);
    const planned = await drover(home, 'plan', '--json', ...words('results'));
    expect(JSON.parse(planned.stdout)).toMatchObject({
      notices: [{ message: expect.stringContaining('a.txt.out') as string }],
    });
  });

  it.each([
    { what: 'results lie elsewhere', names: ['a.txt', 'b.txt'], output: 'results' },
    { what: 'the folder of results is hidden, as no search looks there', names: ['a.txt'], output: 'texts/.results' },
  ])('are no matter when $what', async ({ names, output }) => {
    const { home, words } = place(names);
    const { status, stdout } = await drover(home, 'plan', '--json', ...words(output));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ notices: [] });
  });
});
