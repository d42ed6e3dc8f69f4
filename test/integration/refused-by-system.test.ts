import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_CLI } from '../helpers/built-command.ts';

/** A user that the system has no name and no home for, as in many containers. */
const NUMBER_ONLY = 'setpriv --reuid 54321 --regid 54321 --clear-groups';
const isRoot = process.getuid?.() === 0;

interface End {
  status: number;
  said: string;
}

/** Runs a line of shell in which `"$@"` is the command; what it said is both outputs together. */
function shell(line: string, home: string, ...args: string[]): Promise<End> {
  return new Promise((resolve) => {
    execFile(
      'sh',
      ['-c', line, 'sh', process.execPath, BUILT_CLI, ...args],
      { env: { ...process.env, DROVER_HOME: home, DROVER_RECONCILE_PAUSE_MS: '0' } },
      (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), said: stdout + stderr }),
    );
  });
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'drover-test-')));
const home = join(folder, 'home');
const pipeline = join(folder, 'copy.json');
const launch = ['run', '-p', pipeline, '-i', join(folder, 'in'), '--plain'];

beforeAll(async () => {
  mkdirSync(join(folder, 'in'));
  for (const name of ['a', 'b']) writeFileSync(join(folder, 'in', `${name}.txt`), `${name}\n`);
  const command = ['sh', '-c', 'test ! -e "$0.fails" && cp "$1" "$2"', folder, '{file}', '{output}'];
  const step = { name: 'copy', dispatch: 'each', device: 'cpu', retries: 0, command, outputs: ['{stem}.out'] };
  writeFileSync(pipeline, JSON.stringify({ name: 'copy', inputs: { patterns: ['*.txt'] }, steps: [step] }));
  const made = await shell('"$@"', home, ...launch, '-d', 'cpu:2');
  if (made.status !== 0) throw new Error(made.said);
});

afterAll(() => {
  for (const path of [folder, `${folder}.fails`]) rmSync(path, { recursive: true, force: true });
});

describe('standard output on a full disk', () => {
  it.each([
    ['runs'],
    ['runs', '--json'],
    ['status', 'last'],
    ['query', 'select run from runs'],
    ['resume', 'last', '--json'],
    ['doctor', '--json'],
    ['--help'],
  ])('is told and is the status of a command without a run: %s', async (...args) => {
    const { status, said } = await shell('"$@" > /dev/full', home, ...args);
    expect(said).toContain('standard output cannot be written');
    expect(status).toBe(2);
  });
});

describe('too few open files', () => {
  it('for the workers of a run that is to go on are told before it is taken', async () => {
    const other = join(folder, 'other');
    writeFileSync(`${folder}.fails`, '');
    await shell('"$@"', other, ...launch, '-d', 'cpu:20');
    const { status, said } = await shell('ulimit -n 100; "$@"', other, 'resume', 'last', '--plain');
    expect(said).toMatch(/100 files open .*20 workers need about \d+ more/);
    expect(status).toBe(2);
    expect((await shell('"$@"', other, 'runs', '--json')).said).toContain('"failed":2');
    expect((await shell('ulimit -n 100; "$@"', home, 'resume', 'last')).status).toBe(0);
  });

  it.each([24, 28, 32])('for a command are told as that, with ulimit -n %i', async (limit) => {
    for (const args of [
      ['query', 'select 1'],
      ['reconcile', 'last'],
      ['search', 'copy'],
    ]) {
      const { status, said } = await shell(`ulimit -n ${limit}; "$@"`, home, ...args);
      expect(said).not.toContain('internal error');
      expect([0, 2]).toContain(status);
    }
  });
});

describe.skipIf(!isRoot)('a user whom the system knows by number alone', () => {
  const own = join(folder, 'own');

  it('runs a queue, whose pipes need a folder of their own', async () => {
    chmodSync(folder, 0o777);
    const worker = [
      'while read -r l; do f=${l#*:\\"}; f=${f%%\\"*}',
      String.raw`printf '{"file":"%s","status":"complete"}\n' "$f" >> "$DROVER_REPORT_FILE"; done`,
    ];
    writeFileSync(join(folder, 'w.sh'), `${worker.join('\n')}\n`);
    const step = { name: 's', device: 'cpu', command: ['sh', '{pipeline_dir}/w.sh'] };
    const queue = join(folder, 'queue.json');
    writeFileSync(queue, JSON.stringify({ name: 'queue', inputs: { patterns: ['*.txt'] }, steps: [step] }));
    const line = `unset HOME XDG_RUNTIME_DIR; exec ${NUMBER_ONLY} "$@"`;
    const { status, said } = await shell(
      line,
      own,
      'run',
      '-p',
      queue,
      '-i',
      join(folder, 'in'),
      '-d',
      'cpu:1',
      '--plain',
    );
    expect(said).toContain('Completed: 2 of 2');
    expect(status).toBe(0);
  });

  it('is told that there is no home folder, where that is what is missing', async () => {
    const { status, said } = await shell(`unset HOME DROVER_HOME XDG_DATA_HOME; exec ${NUMBER_ONLY} "$@"`, own, 'runs');
    expect(said).toContain('no home folder');
    expect(status).toBe(2);
  });

  it('is told of runs that may not be read, and not that their files are missing', async () => {
    for (const path of ['', 'runs', 'runs/copy']) chmodSync(join(home, path), 0o755);
    const { said } = await shell(`exec ${NUMBER_ONLY} "$@"`, home, 'runs');
    expect(said).toContain('cannot be read: EACCES');
    expect(said).not.toContain('is missing');
  });

  it.each(['status last', 'wait last', 'watch last', 'resume last', 'stop last', 'clean --older-than 0d'])(
    'has an end of every command on such runs: %s',
    async (words) => {
      for (const path of ['', 'runs', 'runs/copy']) chmodSync(join(home, path), 0o755);
      const { status, said } = await shell(`exec timeout 60 ${NUMBER_ONLY} "$@"`, home, ...words.split(' '));
      expect([0, 2]).toContain(status);
      expect(said).not.toBe('');
      expect(said).not.toContain('internal error');
    },
  );

  it.each([
    ['clean --older-than 0d', /is kept, as it cannot be read: .*EACCES/],
    ['logs last', /logs of .* cannot be read: .*EACCES.*\n.*permission/],
    ['summary last', /EACCES.*\n.*Ask its owner for the permission/],
  ])('is told what it may not look at, and whom to ask: %s', async (words, told) => {
    for (const path of ['..', '', 'runs', 'runs/copy']) chmodSync(join(home, path), 0o755);
    const { said } = await shell(`exec timeout 60 ${NUMBER_ONLY} "$@"`, home, ...words.split(' '));
    expect(said).toMatch(told);
  });

  it('is not told of the tool of a vendor that is nowhere, as a folder of PATH cannot be looked into', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const { said } = await shell(`PATH=${closed}:/usr/bin:/bin; exec ${NUMBER_ONLY} "$@"`, own, 'devices', '--json');
    expect(JSON.parse(said)).toMatchObject({ problems: [] });
  });
});
