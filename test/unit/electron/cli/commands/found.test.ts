import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { registerDevicesCommand } from '../../../../../electron/cli/commands/devices.ts';
import { registerPipelinesCommand } from '../../../../../electron/cli/commands/pipelines.ts';
import type { Engine } from '../../../../../electron/engine/api/engine-api.ts';
import { deviceSchema } from '../../../../../shared/device.ts';
import { ok } from '../../../../../shared/result.ts';
import { quietEngine, runCommand } from '../../../../helpers/run-command.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const UNKNOWN = { memory_total: null, memory_used: null, memory_free: null, utilization: null, temperature: null };
const CARD = deviceSchema.parse({
  ...UNKNOWN,
  kind: 'nvidia',
  index: 3,
  uuid: 'GPU-1',
  name: 'H200',
  power: 99.6,
  driver: null,
  parent_index: null,
  unified_memory: false,
  processes: [{ pid: 7, name: 'python\u001b[2J', memory_used: 2 ** 30, ours: false }],
});

describe('drover devices', () => {
  test('gives every field as JSON, and what went wrong', async () => {
    const { stdout, status } = await runCommand(registerDevicesCommand, ['devices', '--json'], withCard());
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ devices: [CARD], problems: ['the tool hangs'], leases: [] });
  });

  test('shows what is not known as a dash, and strangers on a device', async () => {
    const { stdout, stderr } = await runCommand(registerDevicesCommand, ['devices'], withCard());
    expect(stdout).toMatch(/GPU 3 +H200 +– +– +– +– +– +100 W +– +GPU-1/);
    expect(stdout).toMatch(/GPU 3: process 7 python.*, 1\.0 GiB, not ours/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toContain('the tool hangs');
  });

  test('shows the devices of this machine', async () => {
    const place = { engine: quietEngine(temporaryFolder()) };
    const { stdout } = await runCommand(registerDevicesCommand, ['devices', '--json'], place);
    const { devices } = JSON.parse(stdout) as { devices: unknown[] };
    expect(devices.length).toBeGreaterThan(0);
    for (const device of devices) expect(deviceSchema.parse(device)).toEqual(device);
  });
});

describe('drover pipelines', () => {
  test('shows bundled and own ones with their parameters', async () => {
    const { stdout } = await runCommand(registerPipelinesCommand, ['pipelines'], withOwnPipeline());
    expect(stdout).toMatch(/kmer-embedding: .* \(bundled\)/);
    expect(stdout).toMatch(/ k +integer +4 +1 to 8/);
    expect(stdout).toMatch(/ mode +choice +required +fast, exact/);
    expect(stdout).toContain('step 1: work (each, gpu): tool {file}');
  });

  test('tells about files that cannot be used, and still ends well', async () => {
    const place = withOwnPipeline();
    const { status, stderr } = await runCommand(registerPipelinesCommand, ['pipelines'], place);
    expect(status).toBe(0);
    expect(stderr).toContain('broken.json');
    const { stdout } = await runCommand(registerPipelinesCommand, ['pipelines', '--json'], place);
    const list: unknown = JSON.parse(stdout);
    expect(list).toMatchObject({ problems: [{ file: expect.stringContaining('broken.json') }] });
  });
});

/** An engine that sees a card which this machine does not have. */
function withCard(): { engine: Engine } {
  const engine = quietEngine(temporaryFolder());
  const devices = async () => ok({ devices: [CARD], problems: ['the tool hangs'], leases: [] });
  return { engine: { ...engine, devices } };
}

function withOwnPipeline(): { engine: Engine } {
  const home = temporaryFolder();
  mkdirSync(join(home, 'pipelines'));
  const own = {
    name: 'own',
    inputs: { patterns: ['*.txt'] },
    parameters: { mode: { type: 'choice', choices: ['fast', 'exact'] } },
    steps: [{ name: 'work', dispatch: 'each', command: ['tool', '{file}'] }],
  };
  writeFileSync(join(home, 'pipelines', 'own.json'), JSON.stringify(own));
  writeFileSync(join(home, 'pipelines', 'broken.json'), '{');
  return { engine: quietEngine(home) };
}
