import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../electron/engine/engine.ts';
import type { DevicesSampled } from '../../shared/contract/machine.ts';
import { StandInMachine } from '../helpers/stand-in-tools.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { valueOf } from '../helpers/value-of.ts';

function machineWith(recorded: string): { machine: StandInMachine; engine: ReturnType<typeof createEngine> } {
  const machine = new StandInMachine().install('nvidia-smi', recorded);
  const engine = createEngine({
    home: temporaryFolder(),
    env: machine.env,
    headless: [process.execPath],
    commandLine: null,
  });
  onTestFinished(async () => {
    await engine.close();
    machine.remove();
  });
  return { machine, engine };
}

describe('watching devices', () => {
  it('tells every client that looks, and nobody after the last has gone', async () => {
    const { machine, engine } = machineWith('eight-h100');
    const pushes: DevicesSampled[][] = [[], []];
    const clients = pushes.map((list) => engine.openClient({ devicesSampled: (push) => list.push(push) }));
    const answers = await Promise.all(clients.map((client) => client.watchDevices({})));
    expect(answers.map((answer) => valueOf(answer).devices.length)).toEqual([8, 8]);
    await until(() => pushes.every((list) => list.some(({ moments }) => moments.length > 0)));
    const [sampled] = pushes[0]?.flatMap(({ moments }) => moments) ?? [];
    expect(sampled).toMatchObject({ kind: 'nvidia', sample: { temperature: expect.any(Number) } });
    // One stream of the tool serves both.
    const streams = machine.starts().length;
    for (const client of clients) await client.unwatchDevices({});
    const counts = pushes.map((list) => list.length);
    const late = engine.openClient({ devicesSampled: (push) => pushes[0]?.push(push) });
    const again = valueOf(await late.watchDevices({}));
    expect(again.past.length).toBeGreaterThan(0);
    expect(pushes[1]).toHaveLength(counts[1] ?? 0);
    expect(machine.starts().length).toBeGreaterThan(streams);
    late.close();
  });

  it('gives null for what a driver does not say', async () => {
    const { engine } = machineWith('every-unknown');
    const pushes: DevicesSampled[] = [];
    const client = engine.openClient({ devicesSampled: (push) => pushes.push(push) });
    const { devices } = valueOf(await client.watchDevices({}));
    expect(devices.length).toBeGreaterThan(0);
    await until(() => pushes.some(({ moments }) => moments.length > 0));
    const figures = pushes.flatMap(({ moments }) => moments).flatMap(({ sample }) => Object.values(sample ?? {}));
    expect(figures).not.toContain(0);
    client.close();
  });
});
