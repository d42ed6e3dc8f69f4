import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { findInputs } from '../../../../../electron/engine/inputs/find-inputs.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const PATTERNS = ['*.fa', '*.fa.gz'];
let root: string;

beforeEach(() => {
  root = temporaryFolder();
});

function make(...files: string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), file);
  }
}

async function found(...paths: string[]): Promise<string[]> {
  const result = await findInputs({ paths, patterns: PATTERNS, workingDirectory: root });
  if (!result.ok) throw new Error(result.error.message);
  return Array.from(result.value.files, ({ file, relative_dir }) => `${relative_dir}|${file.slice(root.length + 1)}`);
}

async function refused(...paths: string[]): Promise<{ reason: string; message: string; advice: string }> {
  const result = await findInputs({ paths, patterns: PATTERNS, workingDirectory: root });
  if (result.ok) throw new Error('Expected a problem');
  return result.error;
}

describe('a folder', () => {
  test('is searched at every depth for the patterns, and the files keep their folder below it', async () => {
    make('in/b.fa', 'in/x/y/a.fa.gz', 'in/notes.txt', 'in/x/a.faa');
    expect(await found('in')).toEqual(['|in/b.fa', 'x/y|in/x/y/a.fa.gz']);
  });

  test('gives size and time of change of each file', async () => {
    make('in/b.fa');
    utimesSync(join(root, 'in/b.fa'), 1000, 2000);
    const result = await findInputs({ paths: ['in'], patterns: PATTERNS, workingDirectory: root });
    const file = result.ok ? result.value.files.at(0) : undefined;
    expect([file?.size, file?.mtime_ms, file?.relative_dir]).toEqual([7, 2_000_000, '']);
  });

  test('leaves hidden files and folders out, and names them when nothing else is there', async () => {
    make('in/.a.fa', 'in/.cache/b.fa');
    const problem = await refused('in');
    expect(problem.reason).toBe('no-inputs');
    expect(problem.message).toContain(`looked for *.fa, *.fa.gz in ${join(root, 'in')}`);
    expect(problem.message).toContain('2 hidden files or folders were left out');
    expect(problem.message).toContain(join(root, 'in/.a.fa'));
    make('in/c.fa');
    expect(await found('in')).toEqual(['|in/c.fa']);
  });

  test('is searched when it is itself hidden and was named', async () => {
    make('.in/a.fa');
    expect(await found('.in')).toEqual(['|.in/a.fa']);
  });

  test('reached through links is searched once, also when links lead in a circle', async () => {
    make('in/real/a.fa', 'elsewhere/b.fa');
    symlinkSync('..', join(root, 'in/real/up'));
    symlinkSync('real', join(root, 'in/again'));
    symlinkSync('../elsewhere', join(root, 'in/other'));
    expect(await found('in')).toEqual(['other|in/other/b.fa', 'real|in/real/a.fa']);
  });

  test('with a matching link to nothing is a problem that names the link', async () => {
    make('in/a.fa');
    symlinkSync('nowhere', join(root, 'in/b.fa'));
    symlinkSync('nowhere', join(root, 'in/b.txt'));
    expect(await refused('in')).toMatchObject({
      reason: 'unreadable-input',
      message: `An input cannot be read: ${join(root, 'in/b.fa')} (a link to something that does not exist).`,
    });
  });
});

describe('a file', () => {
  test('that is named is taken whatever its name, hidden or not', async () => {
    make('notes.txt', '.hidden');
    expect(await found('notes.txt', '.hidden')).toEqual(['|.hidden', '|notes.txt']);
  });

  test('that was found before is taken once, through a link too, and keeps the folder that found it first', async () => {
    make('in/x/a.fa');
    symlinkSync('in/x/a.fa', join(root, 'link.fa'));
    expect(await found('in', 'in/x', 'in/x/a.fa', join(root, 'in/../in/x/a.fa'), 'link.fa')).toEqual(['x|in/x/a.fa']);
  });

  test('that is linked beside itself keeps its own name', async () => {
    make('in/z.fa');
    symlinkSync('z.fa', join(root, 'in/a.fa'));
    expect(await found('in')).toEqual(['|in/z.fa']);
  });

  test('whose name holds the signs of a pattern is that file', async () => {
    make('a[1].fa', 'a1.fa', 'b*.fa', 'bc.fa');
    expect(await found('a[1].fa', 'b*.fa')).toEqual(['|a[1].fa', '|b*.fa']);
  });

  test('that is not there is a problem that says where relative paths start', async () => {
    make('a.fa');
    const problem = await refused('a.fa', 'b.fa');
    expect(problem).toMatchObject({
      reason: 'no-inputs',
      message: `There is no file or folder ${join(root, 'b.fa')}.`,
    });
    expect(problem.advice).toContain(root);
  });

  test('that leads back to itself is refused by name', async () => {
    symlinkSync('loop.fa', join(root, 'loop.fa'));
    expect((await refused('loop.fa')).message).toContain('a link that leads back to itself');
  });

  test('that is a device is refused, and the advice says why', async () => {
    expect(await refused('/dev/null')).toMatchObject({
      reason: 'invalid-input',
      message: expect.stringContaining('/dev/null'),
    });
  });
});

describe('what is no input', () => {
  /** What was left out: the reason, how many, and the names without the root. */
  async function leftOut(...paths: string[]): Promise<[string, number, ...string[]][]> {
    const result = await findInputs({ paths, patterns: PATTERNS, workingDirectory: root, skipInvalid: true });
    if (!result.ok) throw new Error(result.error.message);
    return result.value.leftOut
      .list()
      .map(({ reason, count, files }) => [reason, count, ...files.map(({ file }) => file.slice(root.length + 1))]);
  }

  test('is told by reason with its count and names, whatever its kind', async () => {
    make('in/a.fa', 'in/B.FA', 'in/c.FA.gz', 'in/d.fas', 'in/x/e.fa.bz2', 'in/.f.fa', 'in/x/g.jsonl.gz', 'in/h.Fasta');
    symlinkSync('a.fa', join(root, 'in/link.fa'));
    symlinkSync('x', join(root, 'in/again'));
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(root, 'in/pipe.fa')]);
    symlinkSync('nowhere', join(root, 'in/dead.fa'));
    symlinkSync('nowhere', join(root, 'in/dead.txt'));
    expect(await leftOut('in')).toEqual([
      ['unreadable', 1, 'in/dead.fa'],
      ['not-matched', 5, 'in/d.fas', 'in/dead.txt', 'in/h.Fasta', 'in/x/e.fa.bz2', 'in/x/g.jsonl.gz'],
      ['same-file', 2, 'in/again', 'in/link.fa'],
      ['not-a-file', 1, 'in/pipe.fa'],
      ['hidden', 1, 'in/.f.fa'],
    ]);
  });

  test('is not what a person’s own pattern or the same path once more leaves out', async () => {
    make('in/a.fa', 'in/b.txt');
    expect(await leftOut('in/*.fa', 'in/a.fa', 'in/../in/a.fa')).toEqual([]);
  });

  test('is named though the folders that hold it are found by a pattern', async () => {
    make('in/day1/a.fa', 'in/day1/b.txt');
    expect(await leftOut('in/day*')).toEqual([['not-matched', 1, 'in/day1/b.txt']]);
  });

  test('keeps few names of very many files, the first by path', async () => {
    make('in/a.fa', ...Array.from({ length: 250 }, (_, index) => `in/${String(index).padStart(3, '0')}.txt`));
    const [[reason, count, ...names] = []] = await leftOut('in');
    expect([reason, count, names.length, names[0], names.at(-1)]).toEqual([
      'not-matched',
      250,
      100,
      'in/000.txt',
      'in/099.txt',
    ]);
  });

  test('leaves a problem that names it when nothing is left', async () => {
    make('in/x');
    symlinkSync('nowhere', join(root, 'in/dead.fa'));
    const result = await findInputs({ paths: ['in'], patterns: PATTERNS, workingDirectory: root, skipInvalid: true });
    expect(result).toMatchObject({
      ok: false,
      error: { reason: 'no-inputs', message: expect.stringContaining('dead.fa') },
    });
    expect((await refused('in')).advice).toContain('--skip-invalid');
  });
});

describe.skipIf(process.platform !== 'linux')('a name that is not UTF-8', () => {
  function makeRaw(folder: string, ...names: string[]): void {
    mkdirSync(join(root, folder), { recursive: true });
    for (const name of names)
      writeFileSync(Buffer.concat([Buffer.from(`${join(root, folder)}/`), Buffer.from(name, 'latin1')]), '>a\n');
  }

  test('is refused by its bytes, each file for itself', async () => {
    makeRaw('in', 'a\xff.fa', 'a\xfe.fa', 'b.fa');
    // A name that is valid and holds the very sign that stands for bytes that are not.
    make('in/a\uFFFD.fa');
    const { message, advice } = await refused('in');
    expect(message).toContain('2 inputs cannot be read');
    expect(message).toContain(`${join(root, 'in')}/a\\xfe.fa (its name is not valid UTF-8)`);
    expect(message).toContain(String.raw`a\xff.fa`);
    expect(advice).toMatch(/^Rename it/);
  });

  test('can be left out, is counted and named, and its neighbours are taken', async () => {
    makeRaw('in', 'a\xff.fa', 'b.fa', 'gr\xfc\xdfe.txt');
    make('in/a\uFFFD.fa', 'in/ä.fa');
    mkdirSync(Buffer.concat([Buffer.from(`${join(root, 'in')}/`), Buffer.from([0x64, 0xe9])]));
    const search = { paths: ['in'], patterns: PATTERNS, workingDirectory: root, skipInvalid: true };
    const result = await findInputs(search);
    if (!result.ok) throw new Error(result.error.message);
    const { files, leftOut } = result.value;
    expect(Array.from(files, ({ file }) => file.slice(root.length + 4))).toEqual(
      ['b.fa', 'ä.fa', 'a\uFFFD.fa'].toSorted(),
    );
    expect(leftOut.list().map(({ reason, files: named }) => [reason, ...named.map(({ file }) => file)])).toEqual([
      ['not-utf8', String.raw`${join(root, 'in')}/a\xff.fa`, String.raw`${join(root, 'in')}/d\xe9`],
      ['not-matched', String.raw`${join(root, 'in')}/gr\xfc\xdfe.txt`],
    ]);
  });
});

describe('a pattern', () => {
  test('takes files as a shell would, and their folder counts below its fixed part', async () => {
    make('in/1/a.txt', 'in/2/b.txt', 'in/2/c.fa', 'in/.3/d.txt');
    expect(await found('in/*/*.txt')).toEqual(['1|in/1/a.txt', '2|in/2/b.txt']);
    expect(await found('in/2/*')).toEqual(['|in/2/b.txt', '|in/2/c.fa']);
  });

  test('that names folders searches these for the pipeline’s patterns', async () => {
    make('in/day1/x/a.fa', 'in/day1/a.txt', 'in/night/b.fa');
    expect(await found('in/day*')).toEqual(['day1/x|in/day1/x/a.fa']);
  });

  test('that finds nothing is a problem with the pattern and the folder', async () => {
    make('in/a.fa');
    expect((await refused('in', 'in/*.fasta')).message).toContain(`looked for *.fasta in ${join(root, 'in')}`);
    expect((await refused('out/*.fa')).message).toBe(`There is no file or folder ${join(root, 'out')}.`);
  });
});

test('the result is sorted by path and the same for every order of the paths', async () => {
  make('b/2.fa', 'a/1.fa', 'b/1.fa', 'B/0.fa');
  const sorted = ['|B/0.fa', '|a/1.fa', '|b/1.fa', '|b/2.fa'];
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(['a', 'b', 'B'], { minLength: 3 }), async (paths) => {
      expect(await found(...paths)).toEqual(sorted);
    }),
    { numRuns: 6 },
  );
});

test('a search of any tree finds each matching file that is not hidden, once', async () => {
  const name = fc.constantFrom('a', 'b', '.h');
  const path = fc.tuple(fc.array(name, { maxLength: 3 }), name, fc.constantFrom('.fa', '.fa.gz', '.txt'));
  await fc.assert(
    fc.asyncProperty(fc.array(path, { maxLength: 12 }), async (paths) => {
      rmSync(join(root, 'tree'), { recursive: true, force: true });
      const files = [...new Set(paths.map(([folders, base, suffix]) => [...folders, base + suffix].join('/')))];
      make('tree/always.fa', ...files.map((file) => `tree/${file}`));
      const expected = files.filter((file) => !file.endsWith('.txt') && !/(^|\/)\./.test(file));
      const inTree = (await found('tree')).map((line) => line.slice(line.indexOf('|') + '|tree/'.length));
      expect(inTree.toSorted()).toEqual([...expected, 'always.fa'].toSorted());
    }),
    { numRuns: 40 },
  );
});

test('an abort ends the search', async () => {
  make('in/a.fa');
  const search = findInputs({ paths: ['in'], patterns: PATTERNS, workingDirectory: root, signal: AbortSignal.abort() });
  await expect(search).rejects.toThrow('abort');
});
