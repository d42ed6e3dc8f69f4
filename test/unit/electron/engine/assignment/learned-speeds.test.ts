import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  LearnedSpeeds,
  type SpeedTopic,
  speedTopic,
} from '../../../../../electron/engine/assignment/learned-speeds.ts';
import type { DeviceRef } from '../../../../../shared/device.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const TOPIC: SpeedTopic = { pipeline: 'p', step: 's', estimator: 'bytes', program: 'x' };
const gpu = (index: number, name = 'H200'): DeviceRef => ({ kind: 'nvidia', index, uuid: `GPU-${index}`, name });
const cpu = (index: number): DeviceRef => ({ kind: 'cpu', index, uuid: null, name: 'CPU' });

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), 'data', 'speeds.json');
});

async function loaded(): Promise<LearnedSpeeds> {
  const { speeds, warning } = await LearnedSpeeds.load(path);
  expect(warning).toBeNull();
  return speeds;
}

describe('what a speed is about', () => {
  const step = {
    name: 'command',
    cost: 'bytes' as const,
    command: ['sh', '-c', '{param.command}', '{file}', '{param.k}'],
  };
  const topic = (parameters: Record<string, string | number>) => speedTopic('shell-command', step, parameters);

  test('is the command, the script and the model, and not a number', () => {
    expect(topic({ command: 'gzip', k: 2 })).toEqual(topic({ command: 'gzip', k: 4 }));
    expect(topic({ command: 'gzip' })).not.toEqual(topic({ command: 'xz' }));
    const script = { name: 'script', cost: 'bytes' as const, command: ['python', '{param.script}'] };
    expect(speedTopic('p', script, { script: '/a/x.py' })).not.toEqual(speedTopic('p', script, { script: '/b/x.py' }));
    expect(speedTopic('p', { ...script, cwd: '/a' }, {})).not.toEqual(speedTopic('p', { ...script, cwd: '/b' }, {}));
  });

  test('programs of one pipeline learn nothing from each other', async () => {
    const speeds = await loaded();
    await speeds.learn(topic({ command: 'gzip' }), [{ device: gpu(0), cost: 300, busySeconds: 10 }]);
    expect(speeds.speedsFor(topic({ command: 'gzip' }), [gpu(0)]).unitsPerSecond).toBe(30);
    expect(speeds.speedsFor(topic({ command: 'xz' }), [gpu(0)]).unitsPerSecond).toBeNull();
  });

  test('is forgotten when very many others were learned since', async () => {
    const speeds = await loaded();
    for (let number = 0; number <= 500; number += 1)
      await speeds.learn(topic({ command: `c${number}` }), [{ device: gpu(0), cost: 300, busySeconds: 10 }]);
    expect(speeds.speedsFor(topic({ command: 'c0' }), [gpu(0)]).unitsPerSecond).toBeNull();
    expect(speeds.speedsFor(topic({ command: 'c500' }), [gpu(0)]).unitsPerSecond).toBe(30);
  });
});

describe('learned speeds', () => {
  test('are all 1 and without a unit as long as nothing was learned', async () => {
    expect((await loaded()).speedsFor(TOPIC, [gpu(0), gpu(1)])).toEqual({ speeds: [1, 1], unitsPerSecond: null });
  });

  test('are kept for the next process, 1 on average, with the speed of 1 in cost per second', async () => {
    const samples = [
      { device: gpu(0), cost: 300, busySeconds: 10 },
      { device: gpu(1), cost: 100, busySeconds: 10 },
    ];
    expect(await (await loaded()).learn(TOPIC, samples)).toBeNull();
    expect((await loaded()).speedsFor(TOPIC, [gpu(0), gpu(1)])).toEqual({ speeds: [1.5, 0.5], unitsPerSecond: 20 });
    expect(readdirSync(dirname(path))).toEqual(['speeds.json']);
  });

  test('belong to a pipeline, a step and an estimator', async () => {
    const speeds = await loaded();
    await speeds.learn(TOPIC, [{ device: gpu(0), cost: 300, busySeconds: 10 }]);
    for (const other of [{ pipeline: 'q' }, { step: 't' }, { estimator: 'lines' as const }])
      expect(speeds.speedsFor({ ...TOPIC, ...other }, [gpu(0)]).unitsPerSecond).toBeNull();
  });

  test('follow later runs slowly', async () => {
    const speeds = await loaded();
    await speeds.learn(TOPIC, [{ device: gpu(0), cost: 100, busySeconds: 10 }]);
    await speeds.learn(TOPIC, [{ device: gpu(0), cost: 200, busySeconds: 10 }]);
    expect(speeds.speedsFor(TOPIC, [gpu(0)]).unitsPerSecond).toBeCloseTo(13, 9);
  });

  test('of an unknown device are the mean of those with its name, and without any nothing is weighed', async () => {
    const speeds = await loaded();
    const samples = [
      { device: gpu(0), cost: 30, busySeconds: 10 },
      { device: gpu(1), cost: 10, busySeconds: 10 },
    ];
    await speeds.learn(TOPIC, samples);
    expect(speeds.speedsFor(TOPIC, [gpu(0), gpu(1), gpu(2)]).speeds).toEqual([1.5, 0.5, 1]);
    const withStranger = speeds.speedsFor(TOPIC, [gpu(0), gpu(3, 'A100')]);
    expect(withStranger).toEqual({ speeds: [1, 1], unitsPerSecond: null });
  });

  test('of CPU slots are the same for all, and workers of one device count together', async () => {
    const speeds = await loaded();
    const samples = [
      { device: cpu(0), cost: 30, busySeconds: 10 },
      { device: cpu(1), cost: 10, busySeconds: 10 },
    ];
    await speeds.learn(TOPIC, samples);
    expect(speeds.speedsFor(TOPIC, [cpu(0), cpu(1), cpu(2)])).toEqual({ speeds: [1, 1, 1], unitsPerSecond: 2 });
  });

  test('are not learned from a blink or from nothing', async () => {
    const samples = [
      { device: gpu(0), cost: 30, busySeconds: 0.5 },
      { device: gpu(0), cost: 0, busySeconds: 50 },
    ];
    expect(await (await loaded()).learn(TOPIC, samples)).toBeNull();
    expect(existsSync(path)).toBe(false);
  });

  test('of two processes that learn different things are both kept', async () => {
    const [one, two] = [await loaded(), await loaded()];
    await one.learn(TOPIC, [{ device: gpu(0), cost: 30, busySeconds: 10 }]);
    await two.learn({ ...TOPIC, step: 't' }, [{ device: gpu(0), cost: 50, busySeconds: 10 }]);
    const both = await loaded();
    expect(both.speedsFor(TOPIC, [gpu(0)]).unitsPerSecond).toBe(3);
    expect(both.speedsFor({ ...TOPIC, step: 't' }, [gpu(0)]).unitsPerSecond).toBe(5);
  });

  test.each([
    '{"version":1,"topics":{"a":',
    '{"version":2}',
    '{"version":1,"topics":{"a":{"b":{"name":"x","units_per_second":-1}}}}',
  ])('in a damaged file (%s) are set aside with a warning, and learned again', async (content) => {
    mkdirSync(dirname(path));
    writeFileSync(path, content);
    const { speeds, warning } = await LearnedSpeeds.load(path);
    expect(warning).toContain(`${path}.damaged`);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(content);
    await speeds.learn(TOPIC, [{ device: gpu(0), cost: 30, busySeconds: 10 }]);
    expect((await loaded()).speedsFor(TOPIC, [gpu(0)]).unitsPerSecond).toBe(3);
  });

  test.each(['', '\n', '\0'.repeat(400)])(
    'in a file whose content is lost (%j) are none, and are learned again',
    async (content) => {
      mkdirSync(dirname(path));
      writeFileSync(path, content);
      expect((await loaded()).speedsFor(TOPIC, [gpu(0)])).toEqual({ speeds: [1], unitsPerSecond: null });
      expect(await (await loaded()).learn(TOPIC, [{ device: gpu(0), cost: 30, busySeconds: 10 }])).toBeNull();
      expect((await loaded()).speedsFor(TOPIC, [gpu(0)]).unitsPerSecond).toBe(3);
      expect(readdirSync(dirname(path))).toEqual(['speeds.json']);
    },
  );

  test('that cannot be written are a warning, and stay known to this process', async () => {
    writeFileSync(dirname(path), 'a file where the folder should be');
    const { speeds } = await LearnedSpeeds.load(path);
    const warning = await speeds.learn(TOPIC, [{ device: gpu(0), cost: 30, busySeconds: 10 }]);
    expect(warning).toContain(path);
    expect(speeds.speedsFor(TOPIC, [gpu(0)]).unitsPerSecond).toBe(3);
  });
});
