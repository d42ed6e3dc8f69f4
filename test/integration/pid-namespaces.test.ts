import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processTable } from '../../electron/engine/processes/this-process-table.ts';
import { isOwned, takeOwnership } from '../../electron/engine/run-directory/owner-file.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { drover } from '../helpers/drover-command.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';

/** Enters a new PID namespace with a /proc of its own, all of which is killed with what started it. */
const ENTER = ['-Urpf', '--mount-proc', '--kill-child'];

const missing =
  process.platform === 'linux' && spawnSync('unshare', [...ENTER, 'true']).status === 0
    ? ''
    : ' (skipped: PID namespaces cannot be made here)';

interface Place {
  folder: string;
  home: string;
  runs: string;
}

/** A pipeline whose items note that they began, and take as long as the file `pause` says. */
function makePlace(): Place {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'in'));
  for (const name of ['a', 'b']) writeFileSync(join(folder, 'in', `${name}.txt`), name);
  const program = `echo "$1" >> ${folder}/begun; sleep "$(cat ${folder}/pause)"; cp "$1" "$2"`;
  const step = {
    name: 'work',
    dispatch: 'each',
    device: 'cpu',
    command: ['sh', '-c', program, 'sh', '{file}', '{output}'],
    outputs: ['{stem}.out'],
  };
  writeFileSync(
    join(folder, 'p.json'),
    JSON.stringify({ name: 'test', inputs: { patterns: ['*.txt'] }, steps: [step] }),
  );
  const home = join(folder, 'home');
  return { folder, home, runs: join(home, 'runs', 'test') };
}

function pauseOf({ folder }: Place, seconds: number): void {
  writeFileSync(join(folder, 'pause'), String(seconds));
}

/** Runs the pipeline in a PID namespace of its own, whose first process is a shell: the namespace outlives the engine. */
function runInside({ folder, home }: Place): ChildProcess {
  const command = [process.execPath, BUILT_CLI, 'run', '-p', 'p.json', '-i', 'in', '-d', 'cpu:1', '--plain'];
  const child = spawn('unshare', [...ENTER, 'sh', '-c', '"$@"; sleep 600', 'sh', ...command], {
    cwd: folder,
    env: { ...process.env, DROVER_HOME: home, XDG_RUNTIME_DIR: join(folder, 'runtime') },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function begun({ folder }: Place): number {
  const path = join(folder, 'begun');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').length : 0;
}

function runFolder({ runs }: Place): string {
  return join(runs, readdirSync(runs)[0] ?? '');
}

describe(`a run of another PID namespace${missing}`, () => {
  it.skipIf(missing !== '')('is seen to run as long as it does, and its items begin once', async () => {
    const place = makePlace();
    pauseOf(place, 5);
    const inside = runInside(place);
    await until(() => begun(place) > 0, 'the first item');
    expect(isOwned(runFolder(place), processTable())).toBe(true);
    const refused = await drover(place.home, 'resume', 'last', '--plain');
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toContain('active');
    await until(() => !isOwned(runFolder(place), processTable()), 'the end of the run');
    expect(begun(place)).toBe(2);
    inside.kill('SIGKILL');
  });

  it.skipIf(missing !== '')('goes on here when that is gone with all its workers', async () => {
    const place = makePlace();
    pauseOf(place, 60);
    const inside = runInside(place);
    await until(() => begun(place) > 0, 'the first item');
    inside.kill('SIGKILL');
    await until(() => !isOwned(runFolder(place), processTable()), 'the end of the namespace');
    pauseOf(place, 0);
    const resumed = await drover(place.home, 'resume', 'last', '--plain');
    expect(resumed.stderr).toContain('Completed: 2 of 2');
    expect(resumed.status).toBe(0);
  });

  it.skipIf(missing !== '')(
    'is not taken while only its engine is gone: its workers are neither adopted nor ended',
    async () => {
      const place = makePlace();
      pauseOf(place, 60);
      const inside = runInside(place);
      await until(() => begun(place) > 0, 'the first item');
      for (const engine of enginesOf(place)) process.kill(engine, 'SIGKILL');
      await until(() => !isOwned(runFolder(place), processTable()), 'the end of the engine');
      for (const words of [
        ['resume', 'last'],
        ['archive', 'last', '--pack'],
      ]) {
        const refused = await drover(place.home, ...words);
        expect(refused.status).toBe(2);
        expect(refused.stderr).toMatch(/another PID namespace|still run/);
      }
      expect(begun(place)).toBe(1);
      inside.kill('SIGKILL');
      await once(inside, 'exit');
      pauseOf(place, 0);
      expect((await drover(place.home, 'resume', 'last', '--plain')).stderr).toContain('Completed: 2 of 2');
    },
  );

  it.skipIf(missing !== '')('that is around this one is believed while its file is young', async () => {
    const directory = temporaryFolder();
    const owner = takeOwnership(directory, processTable());
    if (!owner.ok) throw new Error(owner.error.message);
    const script = join(import.meta.dirname, '../fixtures/ownership/look.ts');
    const look = () =>
      spawnSync('unshare', [...ENTER, process.execPath, script, directory], { encoding: 'utf8' }).stdout;
    expect(look()).toBe('owned, run-active');
    owner.value.release();
    expect(look()).toBe('free, taken');
  });
});

describe(`a PID namespace without a /proc of its own${missing}`, () => {
  it.skipIf(missing !== '')('is said, and nothing is started or signalled', async () => {
    const directory = temporaryFolder();
    const script = join(import.meta.dirname, '../fixtures/ownership/look.ts');
    const { stdout } = spawnSync('unshare', ['-Urpf', '--kill-child', process.execPath, script, directory], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('free, cannot-start');
  });
});

/** The processes of engines that conduct a run of this place, as they are numbered here. */
function enginesOf({ home }: Place): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const isRun = readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${process.execPath}\0${BUILT_CLI}\0run`);
        return isRun && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`DROVER_HOME=${home}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}
