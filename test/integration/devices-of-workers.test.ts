import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { StandInMachine } from '../helpers/stand-in-tools.ts';

const prints = (more: object = {}) => ({
  dispatch: 'each',
  command: ['sh', worker('prints-environment.sh'), '{output}'],
  outputs: ['{stem}.env'],
  retries: 0,
  ...more,
});

/** A list step in which every rank writes its environment into a file of its own. */
const printsPerRank = {
  dispatch: 'list',
  command: ['sh', worker('prints-environment.sh'), '{output_dir}/rank-{rank}.env', '{manifest}'],
};
const fourFiles = { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c', 'd.txt': 'd' };

function environment(run: RigRun, name: string): Record<string, string> {
  return Object.fromEntries(
    readFileSync(join(run.outputFolder(), name), 'utf8')
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** A rig on a machine with recorded NVIDIA devices. */
function rigWith(machine: string, env: Record<string, string> = {}): EngineRig {
  const standIn = new StandInMachine().install('nvidia-smi', machine);
  onTestFinished(() => standIn.remove());
  const path = `${standIn.env['PATH'] ?? ''}:/usr/bin:/bin`;
  return new EngineRig({ env: { STANDIN_NVIDIA: standIn.env['STANDIN_NVIDIA'] ?? '', PATH: path, ...env } });
}

describe('the environment of a worker', () => {
  it('says its place, and where to log and report', async () => {
    const run = await new EngineRig().run({ steps: [printsPerRank], files: fourFiles, devices: 'cpu:2' });
    expect(run.outputs()).toEqual(['rank-0.env', 'rank-1.env']);
    for (const rank of [0, 1]) {
      expect(environment(run, `rank-${rank}.env`)).toMatchObject({
        RANK: String(rank),
        LOCAL_RANK: String(rank),
        WORLD_SIZE: '2',
        PYTHONUNBUFFERED: '1',
        DROVER_RUN_ID: run.id,
        DROVER_STEP: '1',
        DROVER_RANK: String(rank),
        DROVER_DEVICE_UUID: '',
        DROVER_LOG_DIR: join(run.directory, 'logs/step_001'),
        DROVER_REPORT_FILE: join(run.directory, `logs/step_001/worker_${rank}.reports.ndjson`),
        DROVER_OUTPUT_DIR: run.outputFolder(),
        CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
        CUDA_VISIBLE_DEVICES: '',
      });
    }
  });

  it('is that of the parent, less what belongs to the program that runs it', async () => {
    const parent = {
      PATH: '/nowhere/node_modules/.bin:/usr/bin:/bin:/other/node_modules/.bin',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--max-old-space-size=100',
      npm_config_cache: '/nowhere',
      APPDIR: '/mounted',
      APPIMAGE: '/app',
      LD_LIBRARY_PATH: '/mounted/lib:/usr/local/cuda/lib64',
      HF_TOKEN: 'of the person',
    };
    const run = await new EngineRig({ env: parent }).run({ steps: [prints()] });
    const env = environment(run, 'a.env');
    expect(env).toMatchObject({
      HF_TOKEN: 'of the person',
      PATH: '/usr/bin:/bin',
      LD_LIBRARY_PATH: '/usr/local/cuda/lib64',
    });
    expect(Object.keys(env).filter((name) => /^(ELECTRON_|npm_|NODE_OPTIONS|APPDIR|APPIMAGE)/.test(name))).toEqual([]);
    const metadata = readFileSync(join(run.directory, 'metadata.json'), 'utf8');
    expect(metadata + JSON.stringify(run.component('adapter'))).not.toContain('of the person');
  });

  it('has what the step adds, with its placeholders filled in, and cannot be told another place by it', async () => {
    const step = prints({ env: { BATCH: '{param.batch}', WHERE: '{rank}/{world_size} {torch_device}', RANK: '7' } });
    const run = await new EngineRig().run({
      steps: [step],
      parameterTypes: { batch: { type: 'integer', default: 8 } },
      parameters: { batch: '16' },
    });
    expect(environment(run, 'a.env')).toMatchObject({ BATCH: '16', WHERE: '0/1 cpu', RANK: '0' });
  });
});

describe('a worker’s directory', () => {
  it('is the run’s, or the one that the step names', async () => {
    const step = (more: object) => ({
      dispatch: 'each',
      command: ['sh', '-c', 'pwd > "$1"', 'sh', '{output}'],
      outputs: ['{stem}.out'],
      ...more,
    });
    const plain = await new EngineRig().run({ steps: [step({})] });
    expect(plain.output('a.out')).toBe(`${plain.directory}\n`);
    const rig = new EngineRig();
    const named = await rig.run({ steps: [step({ cwd: '{pipeline_dir}' })] });
    expect(named.output('a.out')).toBe(`${rig.folder}\n`);
  });
});

describe('devices', () => {
  it('are shown to a worker by index in the order of the bus, each to its own', async () => {
    const run = await rigWith('two-mixed').run({ steps: [printsPerRank], files: fourFiles, devices: 'all' });
    const environments = [0, 1].map((rank) => environment(run, `rank-${rank}.env`));
    expect(environments.map((env) => env['CUDA_VISIBLE_DEVICES'])).toEqual(['0', '1']);
    expect(environments.map((env) => env['CUDA_DEVICE_ORDER'])).toEqual(['PCI_BUS_ID', 'PCI_BUS_ID']);
    const { workers } = await run.status();
    expect(workers.map(({ device }) => [device.kind, device.index])).toEqual([
      ['nvidia', 0],
      ['nvidia', 1],
    ]);
    expect(environments.map((env) => env['DROVER_DEVICE_UUID'])).toEqual(workers.map(({ device }) => device.uuid));
  });

  it('are shared by several workers, ranks over the devices first', async () => {
    const step = { ...printsPerRank, workers_per_device: 2 };
    const run = await rigWith('two-mixed').run({ steps: [step], files: fourFiles, devices: 'all' });
    const environments = [0, 1, 2, 3].map((rank) => environment(run, `rank-${rank}.env`));
    expect(environments.map((env) => env['CUDA_VISIBLE_DEVICES'])).toEqual(['0', '1', '0', '1']);
    expect(environments.map((env) => env['WORLD_SIZE'])).toEqual(['4', '4', '4', '4']);
    expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 4 } });
  });

  it('are those that the parent’s mask leaves', async () => {
    const run = await rigWith('two-mixed', { CUDA_VISIBLE_DEVICES: '1' }).run({ steps: [prints()], devices: 'all' });
    expect(environment(run, 'a.env')).toMatchObject({ CUDA_VISIBLE_DEVICES: '1', WORLD_SIZE: '1' });
  });

  it('are named by UUID where they are instances of one', async () => {
    const run = await rigWith('mig').run({ steps: [printsPerRank], files: fourFiles, devices: 'all' });
    const { workers } = await run.status();
    const masks = workers.map(({ rank }) => environment(run, `rank-${rank}.env`)['CUDA_VISIBLE_DEVICES']);
    expect(workers.map(({ device }) => device.kind)).toEqual(['nvidia', 'mig', 'mig', 'mig']);
    expect(masks).toEqual(['1', ...workers.slice(1).map(({ device }) => device.uuid)]);
  });

  it('are not used by a step that needs none', async () => {
    const step = { ...printsPerRank, device: 'none' };
    const run = await rigWith('two-mixed').run({ steps: [step], files: fourFiles, devices: 'all' });
    expect(run.outputs()).toEqual(['rank-0.env']);
    expect(environment(run, 'rank-0.env')).toMatchObject({ CUDA_VISIBLE_DEVICES: '', WORLD_SIZE: '1' });
  });
});
