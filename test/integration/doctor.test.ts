import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../shared/contract/doctor.ts';
import { drover } from '../helpers/drover-command.ts';
import { EngineRig } from '../helpers/engine-rig.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const FAILING = { dispatch: 'each', command: ['sh', '-c', 'echo "my token is hf_AbCdEfGhIjKlMnOpQrSt"; exit 3'] };

describe('drover doctor', () => {
  it('says line by line what was found, and ends with 0 where nothing has to be mended', async () => {
    const { status, stdout } = await drover(temporaryFolder(), 'doctor');
    expect(status).toBe(0);
    for (const title of ['System', 'Devices', 'Data directory', 'Limits', 'Clock', 'Pipelines', 'Runs'])
      expect(stdout).toMatch(new RegExp(`^(ok|warning) +${title}: \\S`, 'm'));
  });

  it('names an interrupted run and the command that goes on with it', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [{ dispatch: 'each', command: ['true'] }] });
    await run.ended();
    const journal = join(run.directory, 'journal.ndjson');
    const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
    writeFileSync(journal, `${lines.slice(0, 4).join('\n')}\n`);
    const { checks } = JSON.parse((await drover(rig.home, 'doctor', '--json')).stdout) as DoctorReport;
    expect(checks.find(({ id }) => id === 'runs')).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining(`drover resume ${run.id}`) as string,
    });
  });

  it('writes a bundle with the run that failed, private and without secrets', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [FAILING], retries: 0 });
    await run.ended();
    const folder = join(temporaryFolder(), 'bundle');
    const { status, stdout } = await drover(rig.home, 'doctor', '--bundle', folder);
    expect(status).toBe(0);
    expect(stdout).toContain(folder);
    const files = readdirSync(folder, { recursive: true }).map(String);
    expect(files).toEqual(expect.arrayContaining(['README.txt', 'report.txt', join('runs', run.id, 'journal.ndjson')]));
    const log = readFileSync(join(folder, 'runs', run.id, 'logs/step_001/worker_0.log'), 'utf8');
    expect(log).toContain('my token is «removed»');
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'report.txt')).mode & 0o077).toBe(0);
  });

  it('refuses a folder that is there, and a run that is not', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'there'));
    const there = await drover(folder, 'doctor', '--bundle', join(folder, 'there'));
    expect([there.status, there.stderr]).toEqual([2, expect.stringContaining('is there already')]);
    const unknown = await drover(folder, 'doctor', '--bundle', join(folder, 'new'), '--run', 'nosuchrun');
    expect(unknown.status).toBe(2);
    expect(readdirSync(folder)).not.toContain('new');
  });
});
