import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pythonMissing } from '../helpers/worker-program.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/workers-helpers');
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/;

let folder = '';
let log = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-logging-'));
  log = join(folder, 'logs', 'worker_2.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lines with the times replaced, after a look at their form. */
function linesOf(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => line.replace(TIME, 'TIME').replace(/ at \d{4}-\d\d-\d\dT[\d:.]+Z /, ' at ISO '));
}

const first = () => `TIME - Worker 2 - drover - INFO - Worker 2 logging initialized: ${log}`;
const info = 'TIME - Worker 2 - model.loader - INFO - an info line';
const warning = 'TIME - Worker 2 - model.loader - WARNING - a warning line';
const error = 'TIME - Worker 2 - model.loader - ERROR - an error line';
const resume = '=== Resume at ISO ===';

const helpers = [
  { language: 'JavaScript', missing: '', command: [process.execPath, join(FIXTURES, 'logging-worker.mjs')] },
  { language: 'Python', missing: pythonMissing, command: ['python3', join(FIXTURES, 'logging_worker.py')] },
];

for (const { language, missing, command } of helpers) {
  describe.skipIf(missing !== '')(`worker logging in ${language}${missing}`, () => {
    function run(level = 'INFO', stderr: 'pipe' | number = 'pipe', logs = join(folder, 'logs')): string {
      const [file = '', ...args] = command;
      const ended = spawnSync(file, [...args, '2', logs, level], {
        stdio: ['ignore', 'inherit', stderr],
        encoding: 'utf8',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      });
      expect(ended.status).toBe(0);
      return typeof stderr === 'number' ? '' : ended.stderr;
    }

    it('makes the folder, begins the file with where it is, and shows warnings and errors on the console', () => {
      const console = run();
      expect(linesOf(readFileSync(log, 'utf8'))).toEqual([first(), info, warning, error]);
      expect(linesOf(console)).toEqual([warning, error]);
      expect(readdirSync(join(folder, 'logs'))).toEqual(['worker_2.log']);
    });

    it('appends with a separator when the file has content', () => {
      run('ERROR');
      run('DEBUG');
      const debug = 'TIME - Worker 2 - model.loader - DEBUG - a debug line';
      expect(linesOf(readFileSync(log, 'utf8'))).toEqual([
        first(),
        error,
        resume,
        first(),
        debug,
        info,
        warning,
        error,
      ]);
    });

    it('ends a line that was cut off before it goes on', () => {
      run('ERROR');
      writeFileSync(log, 'cut of');
      run('ERROR');
      expect(linesOf(readFileSync(log, 'utf8'))).toEqual(['cut of', resume, first(), error]);
    });

    it('writes each line once and no first lines when standard error is the very file', () => {
      run('ERROR');
      const descriptor = openSync(log, 'a');
      run('INFO', descriptor);
      closeSync(descriptor);
      expect(linesOf(readFileSync(log, 'utf8'))).toEqual([first(), error, info, warning, error]);
    });

    it('knows the file by another name', () => {
      run('ERROR');
      symlinkSync(join(folder, 'logs'), join(folder, 'alias'));
      const descriptor = openSync(log, 'a');
      run('INFO', descriptor, join(folder, 'alias'));
      closeSync(descriptor);
      expect(linesOf(readFileSync(log, 'utf8'))).toEqual([first(), error, info, warning, error]);
    });

    it('keeps the console when standard error is another file', () => {
      const other = join(folder, 'other.log');
      const descriptor = openSync(other, 'a');
      run('INFO', descriptor);
      closeSync(descriptor);
      expect(linesOf(readFileSync(other, 'utf8'))).toEqual([warning, error]);
      expect(linesOf(readFileSync(log, 'utf8'))).toEqual([first(), info, warning, error]);
    });
  });
}
