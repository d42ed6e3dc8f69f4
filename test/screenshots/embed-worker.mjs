// The worker of the pictures: takes as long as a model would, prints as one, and fails on one file. It computes nothing.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atomicOutput, complete, failed, items, reportProgress } from '../../resources/workers/drover-worker.mjs';

const BATCHES = 12;
const SECONDS_PER_RESIDUE = 1 / 4_000;

// The stand-in for nvidia-smi tells which processes hold memory of which card.
const card = process.env.DROVER_DEVICE_UUID;
appendFileSync(join(process.env.STANDIN_NVIDIA, 'compute-apps.csv'), `${process.pid}, ${card}, 15210, python\n`);

const say = (text) => process.stdout.write(`${text}\n`);
say('Loading facebook/esm2_t33_650M_UR50D in bf16');
await sleep(700);
say('Model on cuda:0 (651 million parameters, 1.3 GB)');
for await (const { file, output } of items()) {
  const name = basename(file);
  const lengths = readFileSync(file, 'utf8')
    .split(/^>.*$/m)
    .slice(1)
    .map((text) => text.replaceAll('\n', '').length);
  const residues = lengths.reduce((sum, length) => sum + length, 0);
  const long = lengths.filter((length) => length > 1022).length;
  say(`${name}: ${lengths.length} sequences, ${residues} residues, ${BATCHES} batches`);
  if (long > 0) say(`WARNING: ${long} sequences of ${name} are longer than 1022 residues and are split`);
  const begun = performance.now();
  for (let batch = 1; batch <= BATCHES; batch += 1) {
    await sleep((residues * SECONDS_PER_RESIDUE * 1000) / BATCHES);
    if (name.includes('unfinished') && batch === 5) break;
    reportProgress(file, Math.round((batch / BATCHES) * lengths.length), lengths.length);
    const rate = (batch / BATCHES) * (residues / ((performance.now() - begun) / 1000));
    process.stdout.write(`\r  batch ${String(batch).padStart(2)}/${BATCHES}  ${Math.round(rate)} residues/s`);
  }
  say('');
  if (name.includes('unfinished')) {
    say(`ERROR: ${name}, record 17: no sequence follows the name`);
    failed(file, new Error('record 17: no sequence follows the name'));
    continue;
  }
  const whole = atomicOutput(output);
  writeFileSync(whole.temporary, lengths.map((length) => `${JSON.stringify({ length })}\n`).join(''));
  whole.commit();
  complete(file, { outputs: [output], metrics: { sequences: lengths.length, residues } });
}
