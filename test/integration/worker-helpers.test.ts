import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../shared/run/report.ts';
import { pythonMissing, runWorkerProgram, startWorkerProgram } from '../helpers/worker-program.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/workers-helpers');
/** Far more than a run of the programs takes; the helper's interval would allow one more report per 200 ms. */
const MAX_PROGRESS_REPORTS = 50;

let folder = '';
let reportFile = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-helpers-'));
  reportFile = join(folder, 'worker_0.reports.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true }));

function reports(text = readFileSync(reportFile, 'utf8')): Report[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => reportSchema.parse(JSON.parse(line)));
}

function finalReports(): Report[] {
  return reports().filter(({ status }) => status === 'complete' || status === 'failed');
}

function item(name: string): { file: string; output: string; attempt: number } {
  return { file: `/data/${name}`, output: join(folder, `${name}.out`), attempt: 1 };
}

const helpers = [
  { language: 'JavaScript', missing: '', command: [process.execPath, join(FIXTURES, 'queue-worker.mjs')] },
  { language: 'Python', missing: pythonMissing, command: ['python3', join(FIXTURES, 'queue_worker.py')] },
];

for (const { language, missing, command } of helpers) {
  describe.skipIf(missing !== '')(`the helper for ${language}${missing}`, () => {
    it('hands out items until the end of input, reports each, and ends with status 0', async () => {
      const env = { DROVER_REPORT_FILE: reportFile, DROVER_RANK: '3', CUDA_VISIBLE_DEVICES: '5' };
      const ended = await runWorkerProgram(command, [item('one'), item('bad'), item('zwölf "2"')], { env });
      expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
      const [one, bad, twelve] = ['one', 'bad', 'zwölf "2"'].map(item);
      const time = expect.any(Number) as number;
      const seconds = expect.any(Number) as number;
      const whole = { gpu_id: 5, status: 'complete', metrics: { words: 1, rate: null }, time, seconds };
      expect(reports().filter(({ status }) => status !== 'progress')).toEqual([
        { gpu_id: 5, file: one?.file, status: 'started', time },
        { ...whole, file: one?.file, outputs: [one?.output] },
        { gpu_id: 5, file: bad?.file, status: 'started', time },
        { gpu_id: 5, file: bad?.file, status: 'failed', error: 'no such luck', metrics: { tried: 1 }, time, seconds },
        { gpu_id: 5, file: twelve?.file, status: 'started', time },
        { ...whole, file: twelve?.file, outputs: [twelve?.output] },
      ]);
      expect(readFileSync(join(folder, 'one.out'), 'utf8')).toBe('whole\n');
    });

    it.each([
      ['n'.repeat(246), 'what leaves room for the name of a temporary file'],
      ['n'.repeat(247), 'what leaves none'],
      [`${'n'.repeat(251)}.npy`, 'the longest there is'],
      [`${'ü'.repeat(125)}.npy`, 'the longest in bytes'],
      [`a.${'x'.repeat(253)}`, 'a long suffix'],
    ])('makes an output of the name %s: %s', async (name) => {
      const output = join(folder, name);
      const file = '/data/one';
      const ended = await runWorkerProgram(command, [{ file, output, attempt: 1 }], {
        env: { DROVER_REPORT_FILE: reportFile },
      });
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(finalReports()).toMatchObject([{ file, status: 'complete' }]);
      expect(readdirSync(folder).toSorted()).toEqual([name, 'worker_0.reports.ndjson'].toSorted());
    });

    it('hands out an item at once, without waiting for the next', async () => {
      const program = startWorkerProgram(command, { env: { DROVER_REPORT_FILE: reportFile } });
      program.send(item('waits'));
      await program.printed('waiting');
      program.process.kill('SIGKILL');
      expect(await program.ended).toMatchObject({ signal: 'SIGKILL' });
    });

    it('writes progress now and then, not at each call', async () => {
      await runWorkerProgram(command, [item('one')], { env: { DROVER_REPORT_FILE: reportFile } });
      const progress = reports().filter(({ status }) => status === 'progress');
      expect(progress[0]).toMatchObject({ gpu_id: 0, file: '/data/one', status: 'progress', done: 0, total: 1000 });
      expect(Math.abs(Date.now() / 1000 - (progress[0]?.time as number))).toBeLessThan(600);
      expect(progress.length).toBeLessThan(MAX_PROGRESS_REPORTS);
    });

    it('cuts an endless error', async () => {
      await runWorkerProgram(command, [item('raises')], { env: { DROVER_REPORT_FILE: reportFile } });
      const [failure] = finalReports();
      expect(failure?.error).toMatch(/x{1000}$/);
      expect(failure?.error?.length).toBe(4000);
    });

    it.each([
      [{ CUDA_VISIBLE_DEVICES: 'MIG-a1b2' }, 'MIG-a1b2'],
      [{ CUDA_VISIBLE_DEVICES: '0,1' }, '0,1'],
      [{ CUDA_VISIBLE_DEVICES: '', ROCR_VISIBLE_DEVICES: '7' }, 7],
      [{ DROVER_RANK: '2' }, 2],
      [{ RANK: '4' }, 4],
      [{}, 0],
    ])('reports the device with %o as %o', async (env, device) => {
      const given = Object.fromEntries(Object.entries(env));
      await runWorkerProgram(command, [item('bad')], { env: { DROVER_REPORT_FILE: reportFile, ...given } });
      expect(finalReports()[0]?.gpu_id).toBe(device);
    });

    it('appends to reports that are there, and never tears those of another writer', async () => {
      const names = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 'bad' : 'raises'));
      const run = () => runWorkerProgram(command, names.map(item), { env: { DROVER_REPORT_FILE: reportFile } });
      writeFileSync(reportFile, '{"file":"/data/earlier","status":"complete"}\n');
      await Promise.all([run(), run()]);
      expect(reports()[0]?.file).toBe('/data/earlier');
      expect(finalReports()).toHaveLength(401);
    });

    it('leaves neither output nor temporary file when an item fails midway', async () => {
      await runWorkerProgram(command, [item('leaves-early')], { env: { DROVER_REPORT_FILE: reportFile } });
      expect(finalReports()).toMatchObject([{ status: 'failed', error: 'left early' }]);
      expect(readdirSync(folder)).toEqual(['worker_0.reports.ndjson']);
    });

    it('ends at SIGTERM, removes the temporary output and reports nothing more', async () => {
      writeFileSync(join(folder, 'waits.out'), 'of an earlier run');
      const program = startWorkerProgram(command, { env: { DROVER_REPORT_FILE: reportFile } });
      program.send(item('waits'));
      await program.printed('waiting');
      expect(existsSync(join(folder, '.partial.waits.out'))).toBe(true);
      program.process.kill('SIGTERM');
      const { code, signal } = await program.ended;
      expect(signal === 'SIGTERM' || code === 143).toBe(true);
      expect(readdirSync(folder).toSorted()).toEqual(['waits.out', 'worker_0.reports.ndjson']);
      expect(readFileSync(join(folder, 'waits.out'), 'utf8')).toBe('of an earlier run');
      expect(reports().map(({ status }) => status)).toEqual(['started']);
    });

    it('run by hand takes files from its arguments and prints reports, saying so', async () => {
      const ended = await runWorkerProgram([...command, 'one', '/data/bad'], [], { cwd: folder });
      expect(ended.code).toBe(0);
      expect(ended.stderr).toContain('DROVER_REPORT_FILE is not set');
      expect(ended.stderr.match(/DROVER_REPORT_FILE/g)).toHaveLength(1);
      expect(reports(ended.stdout).map(({ status }) => status)).toEqual(
        expect.arrayContaining(['started', 'complete', 'failed']),
      );
      expect(reports(ended.stdout)[0]?.file).toMatch(/^\/.*\/one$/);
    });

    it('ends with an error that shows the line when standard input holds something else', async () => {
      for (const line of ['{"nonsense": 1}', '[1]']) {
        const ended = await runWorkerProgram(command, [JSON.parse(line) as object]);
        expect(ended.code).toBe(1);
        expect(ended.stderr).toContain('expected an item such as {"file": "/data/a.fa"}');
        expect(ended.stderr.replaceAll(' ', '')).toContain(line.replaceAll(' ', ''));
      }
    });
  });
}
