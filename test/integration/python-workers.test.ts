import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pythonMissing } from '../helpers/worker-program.ts';

const FOLDER = join(import.meta.dirname, '../python');
const modules = readdirSync(FOLDER).filter((name) => /^test_\w+\.py$/.test(name));

/** What the bundled Python workers do without PyTorch is tested in Python; a test there is a sentence in `unittest -v`. */
describe.skipIf(pythonMissing !== '')(`the bundled workers in Python${pythonMissing}`, () => {
  it.each(modules)('pass %s', (name) => {
    const command = ['-m', 'unittest', '-v', name.replace(/\.py$/, '')];
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', DROVER_REPORT_FILE: '' };
    const ended = spawnSync('python3', command, { cwd: FOLDER, env, encoding: 'utf8' });
    expect(ended.stderr).toMatch(/^Ran [1-9]\d* tests? in /m);
    expect(ended.status === 0 ? '' : ended.stderr).toBe('');
  });
});
