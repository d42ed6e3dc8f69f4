import { execaSync, execa } from 'execa';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LogProblem } from '../../shared/contract.ts';
import type { RunStatusDocument } from '../../shared/run-status.ts';
import { worker } from '../helpers/engine-rig.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const MOUNT = 'mount -t tmpfs -o size=4m,nr_inodes=0 tmpfs "$1"';
const probe = execaSync('unshare', ['-Urm', 'sh', '-c', MOUNT, 'sh', '/mnt'], { reject: false });
const missing = probe.exitCode === 0 ? '' : ` (skipped: a small disk cannot be mounted here: ${probe.shortMessage})`;

/** Work that goes on only when the disk is full, and says when the disk may be freed. */
const AT_B = 'case "$file" in */b.txt) : > "$root/fill"; while [ ! -e "$root/full" ]; do sleep 0.02; done; echo printed while full;; esac';
const DISPATCHES = [
  ['queue', `root=$1; . "$0"; while read -r line; do item "$line"; ${AT_B}; cp "$file" "$output"; report complete "$file"; done`],
  ['list', `root=$1; while read -r file; do ${AT_B}; name=\${file##*/}; cp "$file" "$DROVER_OUTPUT_DIR/\${name%.txt}.out"; done < "$2"`],
  ['each', `root=$1; file=$2; ${AT_B}; cp "$file" "$3"`],
] as const;

interface Outcome {
  pausedWhileFull: boolean;
  first: { ok: true; value: RunStatusDocument };
  last: { ok: true; value: RunStatusDocument };
  problems: LogProblem[];
  directory: string;
}

async function runOnFullDisk(dispatch: 'queue' | 'list' | 'each', script: string): Promise<Outcome> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'disk'));
  mkdirSync(join(folder, 'in'));
  for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(folder, 'in', `${name}.txt`), `${name}\n${'x'.repeat('dcba'.indexOf(name) * 10)}`);
  const given = { queue: [], list: ['{manifest}'], each: ['{file}', '{output}'] }[dispatch];
  const command = ['sh', '-c', script, worker('queue-item.sh'), folder, ...given];
  const step = { name: 'work', dispatch, command, outputs: ['{stem}.out'], retries: 1 };
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify({ name: 'test', inputs: { patterns: ['*.txt'] }, steps: [step] }));
  const request = { pipeline: 'pipeline.json', inputs: ['in'], output: 'results', devices: 'cpu:1', parameters: {} };
  writeFileSync(join(folder, 'request.json'), JSON.stringify({ ...request, overwrite: false, skipInvalid: false, workingDirectory: folder }));
  const driver = join(import.meta.dirname, '../helpers/full-disk-engine.ts');
  const inside = `${MOUNT.replace('$1', '$1/disk')} && exec "$2" "$3" "$1"`;
  const { stdout, stderr } = await execa('unshare', ['-Urm', 'sh', '-c', inside, 'sh', folder, process.execPath, driver], { timeout: 50_000, reject: false });
  console.log(stderr, stdout);
  return JSON.parse(stdout) as Outcome;
}

describe(`a full disk under the data folder${missing}`, () => {
  it.skipIf(missing !== '').each(DISPATCHES)('pauses a %s run with a message and loses nothing', async (dispatch, script) => {
    const outcome = await runOnFullDisk(dispatch, script);
    expect(outcome.pausedWhileFull).toBe(true);
    expect(outcome.last.value).toMatchObject({ status: 'completed', items: { complete: 4 } });
  });
});
