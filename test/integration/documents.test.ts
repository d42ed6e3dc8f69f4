// What the documents show is typed here as they show it: every shell command and every script, from the documents' own bytes.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npyFile, npzFile, safetensorsFile } from '../helpers/array-files.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { type DocumentBlock, documentBlocks, savedAs, shellCommands } from '../helpers/document-blocks.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The longest that a command of a document may take, on a machine that does much else (milliseconds). */
const COMMAND_LIMIT_MS = 120_000;

/** The interpreter that the documents' `python3` stands for; empty where there is none. */
const PYTHON = spawnSync(process.env['DROVER_PYTHON'] ?? 'python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).stdout?.trim();

/** Commands that no test can type as they stand, and why. What they name is checked all the same, in unit/checks/documents.test.ts. */
const NOT_TYPED: readonly { command: RegExp; why: string }[] = [
  { command: /^npm (ci|test|run)\b/, why: 'it installs packages, or runs the tests themselves' },
  { command: /^git (clone|pull)\b/, why: 'it needs the network' },
  { command: /\bpip install\b|-m venv\b/, why: 'it fetches packages' },
  { command: /^npm start\b/, why: 'it opens a window where there is a display' },
  { command: /^ssh\b/, why: 'it needs another machine' },
  { command: /^ln -s\b|^rm\b|^sudo\b/, why: 'it changes the reader’s own machine' },
  { command: /--pipeline (esm2|dnabert|text-generation|viral)|facebook\//, why: 'it fetches a model' },
  { command: /--devices \d/, why: 'it needs GPUs' },
  { command: /unittest|compare_speed|export DROVER_PYTHON/, why: 'it belongs to the checks on a GPU' },
];

/** Commands that stay until they are interrupted; here as soon as they have printed a line. */
const STAYS = /^(?:npx )?drover serve\b|^tail -f\b/;

/** Statuses besides 0 that are right as well: whatever `doctor` finds here, and nothing to find in a log without warnings. */
const ALSO_RIGHT: readonly { command: RegExp; statuses: (number | null)[] }[] = [
  { command: /^drover doctor\b/, statuses: [1] },
  { command: /^grep\b/, statuses: [1] },
  // Interrupted together with the shell that started it.
  { command: STAYS, statuses: [null] },
];

/** What stands ready where the reader of a document sits. */
interface Scene {
  /** Commands that were typed before, as the document's reader has done. */
  before?: string[];
  /** Where the reader types; a shell command that prints it. */
  folder?: string;
  /** Files that lie there already. */
  files?: Readonly<Record<string, Buffer>>;
}

const NAMES = ['p1', 'p2'];

const SCENES: Readonly<Record<string, Scene>> = {
  'docs/results.md': {
    files: {
      'results/proteins.npz': npzFile({ embeddings: npyFile([2, 3]), ids: npyOfNames(NAMES) }),
      'results/proteins.safetensors': safetensorsFile({ embeddings: [2, 3] }, { ids: JSON.stringify(NAMES) }),
    },
  },
  'docs/logging.md': {
    before: ['drover run --plain --pipeline kmer-embedding --input genomes --devices cpu:2'],
    folder: 'drover status last --json | jq -r .directory',
  },
};

const DOCUMENTS = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];

/** A newcomer at a terminal: a home of their own, sample files, and the commands `drover` and `npx drover`. */
class Reader {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'drover-documents-')));
  folder = join(this.root, 'work');
  readonly inputs = ['genomes', 'texts'];
  readonly #bin = join(this.root, 'bin');

  constructor() {
    for (const folder of [this.folder, this.#bin, join(this.root, 'home')]) mkdirSync(folder);
    cpSync(join(ROOT, 'resources/samples'), join(this.folder, 'genomes'), { recursive: true });
    cpSync(join(this.folder, 'genomes/tiny.fa'), join(this.folder, 'genomes/genome_17.fa'));
    this.write('texts/a.txt', 'one two\n');
    this.write('texts/b.txt', 'three\n');
    this.#program('drover', `exec ${quoted(process.execPath)} ${quoted(BUILT_CLI)} "$@"`);
    this.#program('npx', 'exec "$@"');
    if (PYTHON !== undefined && PYTHON !== '') this.#program('python3', `exec ${quoted(PYTHON)} "$@"`);
  }

  write(name: string, content: string | Buffer): void {
    mkdirSync(join(this.folder, name, '..'), { recursive: true });
    writeFileSync(join(this.folder, name), content);
  }

  /** The names of all input files: no command of a document adds one. */
  inputNames(): string[] {
    const below = join(this.root, 'work');
    return this.inputs
      .flatMap((folder) => readdirSync(join(below, folder), { recursive: true }).map(String))
      .toSorted();
  }

  /** Types one command and waits for its end; one that stays is interrupted once it has printed its first line. */
  async type(command: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
    // The port that a document names may be taken on this machine.
    const child = spawn('sh', ['-c', command.replace('--port 8123', '--port 0')], {
      cwd: this.folder,
      env: this.#environment(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const group = -(child.pid ?? 0);
    const late = setTimeout(() => process.kill(group, 'SIGKILL'), COMMAND_LIMIT_MS);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (STAYS.test(command) && stdout.includes('\n')) process.kill(group, 'SIGINT');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await once(child, 'close').finally(() => clearTimeout(late));
    return { status: child.exitCode, stdout, stderr };
  }

  leave(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #program(name: string, script: string): void {
    const path = join(this.#bin, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  #environment(): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(([name]) => !/^(DROVER_|XDG_|VIRTUAL_ENV|CONDA_|NODE_)/.test(name));
    return {
      ...Object.fromEntries(kept),
      HOME: join(this.root, 'home'),
      PATH: `${this.#bin}:${process.env['PATH'] ?? ''}`,
      PYTHONDONTWRITEBYTECODE: '1',
    };
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Names as numpy keeps text: four bytes for each letter. */
function npyOfNames(names: readonly string[]): Buffer {
  const width = Math.max(...names.map((name) => name.length));
  const text = `{'descr': '<U${width}', 'fortran_order': False, 'shape': (${names.length},), }`.padEnd(117);
  const letters = names.flatMap((name) => Array.from(name.padEnd(width, '\0'), (letter) => letter.charCodeAt(0)));
  const head = Buffer.from(`\u0093NUMPY\u0001\u0000\u0076\u0000${text}\n`, 'latin1');
  return Buffer.concat([head, Buffer.from(Uint32Array.from(letters).buffer)]);
}

/** A command without the `npx` of a checkout. */
function plain(command: string): string {
  return command.replace(/^npx (?=drover\b)/, '');
}

/** Why a command or script cannot run on this machine; an empty text when it can. */
function missingFor(text: string, language: string): string {
  const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  if (language === 'sh') return ['jq', 'sha256sum'].filter((tool) => text.includes(tool) && !has(tool)).join(' and ');
  if (language.toLowerCase() === 'r') return has('Rscript') ? '' : 'R';
  if (PYTHON === undefined || PYTHON === '') return 'Python';
  const modules = [...text.matchAll(/^(?:import|from) ([\w, ]+?)(?: import .*)?$/gm)]
    .flatMap(([, names = '']) => names.split(', '))
    .filter((name) => name !== 'drover_worker');
  return modules.filter((name) => spawnSync(PYTHON, ['-c', `import ${name}`]).status !== 0).join(' and ');
}

function skippedFor(missing: string): string {
  return missing === '' ? '' : ` (skipped: ${missing} is missing here)`;
}

/** What runs a script of a language. */
const SCRIPTS: Readonly<Record<string, string>> = { python: 'python3', r: 'Rscript' };

/** One thing that a document's reader does. */
interface Step {
  title: string;
  command: string;
  /** Why it cannot be done on this machine; empty when it can. */
  missing: string;
}

function isTyped(command: string): boolean {
  return !NOT_TYPED.some((entry) => entry.command.test(plain(command)));
}

/** The file that a block becomes: under the name that the text gives it, or as a script that is run. */
function fileOf(block: DocumentBlock): string | null {
  const { language, line } = block;
  return savedAs(block) ?? (language in SCRIPTS ? `script-${line}.${language}` : null);
}

function stepsOf(document: string): Step[] {
  return documentBlocks(document).flatMap((block) => {
    const { language, line, code } = block;
    if (language === 'sh') {
      return shellCommands(block)
        .filter(isTyped)
        .map((command) => ({ title: `line ${line}: ${command}`, command, missing: missingFor(command, 'sh') }));
    }
    const program = SCRIPTS[language];
    if (program === undefined || savedAs(block) !== null) return [];
    const command = `${program} ${fileOf(block)}`;
    return [{ title: `line ${line}: a script in ${language}`, command, missing: missingFor(code, language) }];
  });
}

/** Does a step, and says what is not as the document's reader would expect it. */
async function complaintsAbout({ command }: Step, reader: Reader): Promise<string[]> {
  const before = reader.inputNames();
  const also = ALSO_RIGHT.find((entry) => entry.command.test(plain(command)))?.statuses ?? [];
  const { status, stdout, stderr } = await reader.type(command);
  const complaints: string[] = [];
  if (![0, ...also].includes(status)) complaints.push(`status ${status}`, stdout, stderr);
  // The first command of a pipe may fail without the pipe's status saying so.
  if (command.includes('|') && /^(drover|jq|sort|tar): /m.test(stderr)) complaints.push(stderr);
  if (reader.inputNames().join() !== before.join()) complaints.push('it has changed the input folders');
  return complaints;
}

const READ = DOCUMENTS.filter((name) => name.endsWith('.md')).map((name) => ({ name, steps: stepsOf(name) }));

describe.each(READ.filter(({ steps }) => steps.length > 0))('what $name shows', ({ name: document, steps }) => {
  let reader: Reader;
  beforeAll(async () => {
    reader = new Reader();
    const { files = {}, before = [], folder } = SCENES[document] ?? {};
    for (const [name, content] of Object.entries(files)) reader.write(name, content);
    for (const block of documentBlocks(document)) {
      const name = fileOf(block);
      if (name !== null) reader.write(name, block.code);
    }
    for (const command of before) await reader.type(command);
    if (folder !== undefined) reader.folder = (await reader.type(folder)).stdout.trim();
  });
  afterAll(() => reader.leave());

  for (const step of steps) {
    it.skipIf(step.missing !== '')(`${step.title}${skippedFor(step.missing)}`, async () => {
      expect(await complaintsAbout(step, reader)).toEqual([]);
    });
  }
});
