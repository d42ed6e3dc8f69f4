import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import type { LogProblem } from '../../shared/contract/logs.ts';
import type { RunStatusDocument } from '../../shared/run/run-status.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { worker } from '../helpers/engine-rig.ts';
import { patience } from '../helpers/patience.ts';
import { processesWith } from '../helpers/processes-with.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const MOUNT = 'mount -t tmpfs -o size=4m tmpfs "$1"';
const probe = execaSync('unshare', ['-Urm', 'sh', '-c', MOUNT, 'sh', '/mnt'], { reject: false });
const missing = probe.exitCode === 0 ? '' : ' (skipped: this system does not allow a disk of its own for a test)';

const ITEMS = 40;
const DISPATCHES = [
  ['queue', ['{node}', worker('copies-queue.mjs')], '20'],
  ['list', ['sh', worker('copies-list.sh'), '{manifest}'], '0.02'],
  ['each', ['sh', worker('slow.sh'), '{file}', '{output}'], '0.02'],
] as const;

interface Outcome {
  /** Whether the run waited while the disk was full. */
  paused: boolean;
  last: { ok: true; value: RunStatusDocument };
  problems: LogProblem[];
  journal: string;
}

/** Prepares a launch in a folder whose `disk` is a small file system of its own, and runs it there. */
async function runOnFullDisk(
  folder: string,
  dispatch: string,
  command: readonly string[],
  time: string,
): Promise<Outcome> {
  for (const name of ['disk', 'in', 'results']) mkdirSync(join(folder, name));
  for (let index = 0; index < ITEMS; index += 1) writeFileSync(join(folder, 'in', `${index}.txt`), `${time}\n${index}`);
  const step = { name: 'work', dispatch, command, outputs: ['{stem}.out'], retries: 1 };
  writeFileSync(
    join(folder, 'pipeline.json'),
    JSON.stringify({ name: 'test', inputs: { patterns: ['*.txt'] }, steps: [step] }),
  );
  const launch = { pipeline: 'pipeline.json', inputs: ['in'], output: 'results', devices: 'cpu:2', parameters: {} };
  const request = { ...launch, overwrite: false, skipInvalid: false, workingDirectory: folder };
  writeFileSync(join(folder, 'request.json'), JSON.stringify(request));
  const driver = join(import.meta.dirname, '../helpers/full-disk-engine.ts');
  const inside = `${MOUNT.replace('$1', '$1/disk')} && exec "$2" "$3" "$1"`;
  const program = ['-Urm', 'sh', '-c', inside, 'sh', folder, process.execPath, driver];
  const { stdout } = await execa('unshare', program, { timeout: patience(50_000) });
  return JSON.parse(stdout) as Outcome;
}

describe(`a full disk under the data folder${missing}`, () => {
  it.skipIf(missing !== '').each(DISPATCHES)(
    'is said, a %s run waits or can be resumed, and nothing is lost',
    async (dispatch, command, time) => {
      const folder = temporaryFolder();
      const { paused, last, problems, journal } = await runOnFullDisk(folder, dispatch, command, time);
      expect(paused).toBe(true);
      // What workers say of it themselves may come before.
      expect(problems.find((one) => one.worker === 'run')).toMatchObject({
        level: 'error',
        text: expect.stringContaining('free space on the disk of'),
      });
      expect(problems.some(({ text }) => text.includes('can be written again'))).toBe(true);
      expect(last.value).toMatchObject({ status: 'completed', items: { total: ITEMS, complete: ITEMS } });
      expect(readdirSync(join(folder, 'results')).filter((name) => name.endsWith('.out'))).toHaveLength(ITEMS);
      for (let index = 0; index < ITEMS; index += 1)
        expect(readFileSync(join(folder, 'results', `${index}.out`), 'utf8')).toBe(`${time}\n${index}`);
      const whole = journal.split('\n').filter((line) => line !== '');
      for (const line of whole) expect(() => JSON.parse(line) as unknown).not.toThrow();
      expect(processesWith(`XDG_RUNTIME_DIR=${join(folder, 'runtime')}`)).toEqual([]);
    },
  );
});

/** Makes a run on a small disk; then `tries` notes what each command says, with its status, and `fill` leaves no room on the disk. */
const AFTER_RUN = `cd "$1" && export DROVER_HOME="$1/disk/home" XDG_RUNTIME_DIR="$1/runtime" DROVER_KEEP_FREE=0 NODE="$2" CLI="$3" &&
"$NODE" "$CLI" run -p pipeline.json -i in -d cpu:1 > /dev/null 2>&1 || exit
fill() { cat /dev/zero > disk/ballast 2> /dev/null; }
tries() { for command do "$NODE" "$CLI" $command 2> said; echo "$? $(head -1 said)"; done; }
`;

const FULL = `fill; tries "archive last" "archive last --pack" "reconcile last"
"$NODE" "$CLI" query 'select run from runs' 2> said; echo "$? $(head -1 said)"`;
const PACKED = `"$NODE" "$CLI" archive last --pack > /dev/null 2>&1; fill; tries "logs last" "archive last --unpack"; rm disk/ballast
"$NODE" "$CLI" logs last worker_0 --grep hello --raw; "$NODE" "$CLI" archive last --verify > /dev/null 2>&1; echo $?`;
const CLEANED = `fill; "$NODE" "$CLI" clean --older-than 0d > said 2>&1; echo "$? $(tail -1 said | cut -d , -f 1)"; ls disk/home/runs/test | wc -l`;

const STARTS = join(import.meta.dirname, '../helpers/full-disk-start-engine.ts');

interface Starts {
  neverUsed: { said: string; left: string[] };
  usedBefore: { said: string; left: string[]; doctor: { status: string; found: string } };
  released: { atOnce: boolean; left: string[]; written: boolean };
  readOnly: { said: string; left: string[]; cleaned: string };
}

describe(`a data folder that takes nothing more${missing}`, () => {
  it.skipIf(missing !== '')(
    'is said at a start, nothing half-made stays, and a run that ended is let go of',
    async () => {
      const folder = temporaryFolder();
      for (const name of ['disk', 'in']) mkdirSync(join(folder, name));
      writeFileSync(join(folder, 'in', 'a.txt'), 'a');
      const pipeline = { name: 'test', inputs: { patterns: ['*.txt'] }, steps: [{ name: 'work', command: ['true'] }] };
      writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(pipeline));
      const launch = { pipeline: 'pipeline.json', inputs: ['in'], devices: 'cpu:1', parameters: {} };
      const request = { ...launch, overwrite: false, skipInvalid: false, workingDirectory: folder };
      writeFileSync(join(folder, 'request.json'), JSON.stringify(request));
      const inside = `${MOUNT.replace('$1', '$1/disk').replace('4m', '8m')} && exec "$2" "$3" "$1"`;
      const program = ['-Urm', 'sh', '-c', inside, 'sh', folder, process.execPath, STARTS];
      const { stdout } = await execa('unshare', program, { timeout: patience(30_000) });
      const { neverUsed, usedBefore, released, readOnly } = JSON.parse(stdout) as Starts;
      expect(neverUsed).toEqual({
        said: expect.stringMatching(/^The data folder .* cannot take .*no space left/i),
        left: [],
      });
      expect(usedBefore).toMatchObject({
        said: expect.stringMatching(/^The run's folder .*no space left/),
        left: [],
        doctor: { status: 'problem', found: expect.stringContaining('and wait until') },
      });
      expect(released).toEqual({ atOnce: true, left: [], written: true });
      expect(readOnly).toEqual({
        said: expect.stringMatching(/^The run's folder .*read-only file system/),
        left: [],
        cleaned: expect.stringMatching(/^Not all old runs .*read-only file system/),
      });
    },
  );

  it.skipIf(missing !== '').each<[what: string, commands: string, said: unknown[]]>([
    [
      'is said by whatever writes to it',
      FULL,
      [
        ...Array(3).fill(expect.stringMatching(/^2 drover: The run's folder .* cannot be written: ENOSPC/)),
        expect.stringMatching(/^2 drover: The index of the runs cannot be brought up to date: .*full/),
      ],
    ],
    [
      'leaves packed logs as they are',
      PACKED,
      [
        expect.stringMatching(/^2 drover: The logs in .*run\.tar\.gz take .* are free on the disk of/),
        expect.stringMatching(/^2 drover: The run's folder .* cannot be written: ENOSPC/),
        'hello',
        '0',
      ],
    ],
    ['is cleaned up all the same', CLEANED, ['0 1 run', '0']],
  ])('%s', async (_what, commands, said) => {
    const folder = temporaryFolder();
    for (const name of ['disk', 'in']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'in', 'a.txt'), 'a');
    const step = { name: 'work', dispatch: 'each', command: ['echo', 'hello'] };
    const pipeline = { name: 'test', inputs: { patterns: ['*.txt'] }, steps: [step] };
    writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(pipeline));
    const inside = `${MOUNT.replace('$1', '$1/disk').replace('4m', '8m')} && ${AFTER_RUN}${commands}`;
    const program = ['-Urm', 'sh', '-c', inside, 'sh', folder, process.execPath, BUILT_CLI];
    const { stdout } = await execa('unshare', program, { timeout: patience(60_000) });
    expect(stdout.split('\n')).toEqual(said);
  });
});
