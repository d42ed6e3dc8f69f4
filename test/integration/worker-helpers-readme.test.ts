import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RESOURCES } from '../helpers/import-resource.ts';
import { pythonMissing, runWorkerProgram } from '../helpers/worker-program.ts';

const WORKERS = join(RESOURCES, 'workers');

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-readme-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The first example of a language in the folder's README. */
function example(language: string): string {
  const readme = readFileSync(join(WORKERS, 'README.md'), 'utf8');
  const [, code] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme) ?? [];
  return code ?? '';
}

function reported(): unknown[] {
  const lines = readFileSync(join(folder, 'reports'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe('the examples in the README for workers', () => {
  it.skipIf(pythonMissing !== '')(`work in Python${pythonMissing}`, async () => {
    writeFileSync(join(folder, 'example.py'), example('python'));
    const [file, output, missing] = ['in.txt', 'in.out', 'missing.txt'].map((name) => join(folder, name));
    writeFileSync(file ?? '', 'hello\n');
    const items = [
      { file, output, attempt: 1 },
      { file: missing, output: join(folder, 'missing.out'), attempt: 1 },
    ];
    const env = { DROVER_REPORT_FILE: join(folder, 'reports') };
    const ended = await runWorkerProgram(['python3', join(folder, 'example.py'), WORKERS], items, { env });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(output ?? '', 'utf8')).toBe('HELLO\n');
    expect(reported()).toMatchObject([
      { file, status: 'started' },
      { file, status: 'complete', outputs: [output] },
      { file: missing, status: 'started' },
      { file: missing, status: 'failed', error: expect.stringContaining('FileNotFoundError') as string },
    ]);
  });

  it('work in sh', async () => {
    const [file, missing] = ['in.txt', 'missing.txt'].map((name) => join(folder, name));
    writeFileSync(file ?? '', 'hello\n');
    const env = { DROVER_REPORT_FILE: join(folder, 'reports'), RANK: '3' };
    const command = ['sh', '-c', example('sh'), 'sh', folder, file ?? '', missing ?? ''];
    const ended = await runWorkerProgram(command, [], { env });
    expect(ended.code).toBe(0);
    expect(readFileSync(join(folder, 'in.txt.out'), 'utf8')).toBe('HELLO\n');
    expect(reported()).toEqual([
      { gpu_id: 3, file, status: 'started' },
      { gpu_id: 3, file, status: 'complete' },
      { gpu_id: 3, file: missing, status: 'started' },
      { gpu_id: 3, file: missing, status: 'failed' },
    ]);
  });
});
