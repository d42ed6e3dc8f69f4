import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureReasonSchema } from '../../shared/run/failure.ts';
import type { RunStatusDocument } from '../../shared/run/run-status.ts';
import { drover } from '../helpers/drover-command.ts';
import { EngineRig } from '../helpers/engine-rig.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const PROGRAMS = join(import.meta.dirname, '../fixtures/failing');
const reasons = readdirSync(PROGRAMS)
  .filter((name) => name.endsWith('.sh'))
  .map((name) => basename(name, '.sh'));

/** Where the device is to blame the worker leaves with it, so each of these has a run of its own. */
const DEVICE_REASONS = [
  'device-lost',
  'device-fault',
  'device-busy',
  'cuda-not-available',
  'driver-mismatch',
  'unsupported-device',
];

/** Reasons that come from what Drover does, or from how it is set up; each is provoked where that is tested. */
const ELSEWHERE = {
  timeout: 'timeouts.test.ts',
  stalled: 'stall.test.ts',
  'killed-by-us': 'stop.test.ts',
  'left-unfinished': 'this file',
  'spawn-failed': 'bad-workers.test.ts',
  lost: 'bad-workers.test.ts',
};

/** A pipeline that runs the program of the item's name. */
function pipeline(folder: string): string {
  const path = join(folder, 'pipeline.json');
  const command = ['sh', '-c', 'exec sh "$0/$3.sh" "$1" "$2"', PROGRAMS, '{file}', '{output}', '{stem}'];
  const step = { name: 'fail', dispatch: 'each', device: 'cpu', retries: 0, outputs: ['{stem}.out'], command };
  writeFileSync(path, JSON.stringify({ name: 'failing', inputs: { patterns: ['*.txt'] }, steps: [step] }));
  return path;
}

describe('every reason of a failure', () => {
  it('is provoked by a real program', () => {
    const options: string[] = [...failureReasonSchema.options];
    expect([...reasons, ...Object.keys(ELSEWHERE)].toSorted()).toEqual(options.toSorted());
  });

  it('is told by the command at the item, in the end, in the summary and in the log', async () => {
    const home = temporaryFolder();
    const inputs = join(home, 'inputs');
    mkdirSync(inputs);
    const programs = reasons.filter((reason) => !DEVICE_REASONS.includes(reason));
    for (const reason of programs) writeFileSync(join(inputs, `${reason}.txt`), 'x');
    const run = await drover(home, 'run', '--pipeline', pipeline(home), '--input', inputs, '--devices', 'cpu:2');
    expect(run.status).toBe(1);
    for (const reason of programs) expect(run.stderr).toMatch(new RegExp(`failed ${reason}\\.txt .*: ${reason}: \\S`));
    const summary = readFileSync(run.stdout.trim().split('\n').at(-1) ?? '', 'utf8');
    const [first] = summary.split('== Failed items')[1]?.match(/^[a-z-]+, 1 item: [A-Z]/m) ?? [];
    expect(first).toBeDefined();
    const logs = await drover(home, 'logs', 'last', 'orchestrator', '--tail', 'all');
    for (const reason of programs) {
      expect(logs.stdout).toMatch(
        new RegExp(`item failed .*${reason}\\.txt .*reason=${reason} evidence=.* advice="[A-Z]`),
      );
    }
  });

  it.each(DEVICE_REASONS)('where the device is to blame: %s', async (reason) => {
    const home = temporaryFolder();
    const inputs = join(home, 'inputs');
    mkdirSync(inputs);
    writeFileSync(join(inputs, `${reason}.txt`), 'x');
    const run = await drover(home, 'run', '--pipeline', pipeline(home), '--input', inputs, '--devices', 'cpu:1');
    expect(run.status).toBe(1);
    const { workers } = JSON.parse((await drover(home, 'status', 'last', '--json')).stdout) as RunStatusDocument;
    expect(workers[0]?.reason).toBe(reason);
    expect(run.stderr).toContain(`${reason}: `);
  });
});

it('a worker that reads an item and ends without a word has left it unfinished', async () => {
  const step = { command: ['sh', '-c', 'read -r line'], outputs: ['{stem}.out'], retries: 0 };
  const run = await new EngineRig().run({ steps: [step] });
  expect(run.item('a.txt').failure).toMatchObject({
    reason: 'left-unfinished',
    evidence: 'the worker ended with exit code 0',
  });
});
