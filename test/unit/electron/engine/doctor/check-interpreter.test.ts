import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkInterpreter } from '../../../../../electron/engine/doctor/check-interpreter.ts';
import type { Device } from '../../../../../shared/device.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const GPU: Device = {
  kind: 'nvidia',
  index: 0,
  uuid: 'GPU-1',
  name: 'Some GPU',
  memory_total: null,
  memory_used: null,
  memory_free: null,
  utilization: null,
  temperature: null,
  power: null,
  driver: '570.1',
  parent_index: null,
  unified_memory: false,
  processes: [],
};

/** A machine whose `python3` is a script that does what is given, and whose workers have a probe. */
function machine(script: string) {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  const workers = join(folder, 'workers');
  mkdirSync(bin);
  mkdirSync(workers);
  writeFileSync(join(workers, 'torch_probe.py'), '');
  writeFileSync(join(bin, 'python3'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'python3'), 0o755);
  return { env: { PATH: `${bin}:/usr/bin:/bin` }, workers };
}

const answer = (probe: Record<string, unknown>): string =>
  `echo '${JSON.stringify({ python: '3.11.2', torch: '2.6.0', cuda_available: true, cuda_version: '12.4', devices: [{ name: 'Some GPU' }], error: null, ...probe })}'`;

describe('checkInterpreter', () => {
  it('is content when PyTorch sees every GPU', async () => {
    const checks = await checkInterpreter({ ...machine(answer({})), devices: [GPU] });
    expect(checks.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it('warns without PyTorch and gives the command that installs it there', async () => {
    const probe = {
      torch: null,
      cuda_available: false,
      cuda_version: null,
      devices: [],
      error: 'No module named torch',
    };
    const [, torch] = await checkInterpreter({ ...machine(answer(probe)), devices: [GPU] });
    expect(torch).toMatchObject({ status: 'warning' });
    expect(torch?.advice).toMatch(/python3 -m pip install torch/);
  });

  it('tells a build for the CPU from a driver that is too old', async () => {
    const blind = { cuda_available: false, devices: [] };
    const [, cpu] = await checkInterpreter({ ...machine(answer({ ...blind, cuda_version: null })), devices: [GPU] });
    const [, old] = await checkInterpreter({ ...machine(answer(blind)), devices: [GPU] });
    expect(cpu).toMatchObject({ status: 'problem' });
    expect(cpu?.advice).toContain('build of PyTorch is for the CPU');
    expect(old?.advice).toContain('update the driver');
  });

  it('says how an interpreter that breaks has ended', async () => {
    const [python] = await checkInterpreter({ ...machine('echo "bad magic number" >&2; exit 3'), devices: [] });
    expect(python).toMatchObject({ status: 'warning' });
    expect(python?.found).toContain('exit status 3: bad magic number');
  });

  it('warns without Python, which only some pipelines need', async () => {
    const [python] = await checkInterpreter({ env: { PATH: '/nowhere' }, workers: '/nowhere', devices: [] });
    expect(python).toMatchObject({ id: 'interpreter', status: 'warning' });
  });
});
