// What the documents name is there: commands with their options, scripts of the package, files of the project, tests. That the commands
// also do what they are shown to do is in integration/documents.test.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../../electron/cli/program.ts';
import { documentBlocks, documentText, shellCommands } from '../../helpers/document-blocks.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** The README is a beginning, not a reference. */
const README_WORDS = 1_500;
const DOCUMENTS = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'resources/workers/README.md',
  'test/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const program = await makeProgram(['--help'], {
  version: '',
  prepare: () => Promise.resolve(),
  context: () => {
    throw new Error('a command ran');
  },
  writeOut: () => undefined,
  writeError: () => undefined,
});

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** The code spans of a text: what stands between single back-quotes outside code blocks. */
function codeSpans(document: string): string[] {
  const prose = documentText(document).replaceAll(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
}

/** The command that words name, with the word itself. */
function commandNamed(name: string): Command | undefined {
  return program.commands.find((command) => command.name() === name);
}

/** What is wrong with a `drover` command line; an empty list when nothing is. */
function mistakesIn(line: string): string[] {
  // What stands in quotes are values, which may hold anything; what follows the command is another one.
  const [own = ''] = line.replaceAll(/'[^']*'|"[^"]*"/g, 'VALUE').split(/ *[|;>]| && | …/);
  const [, ...words] = own.split(/\s+/);
  const [name = ''] = words;
  if (name.startsWith('-') || name === '…' || name === '') return [];
  if (name === 'help') return words.slice(1).flatMap((word) => (commandNamed(word) ? [] : [`no command ${word}`]));
  const command = commandNamed(name);
  if (command === undefined) return [`no command ${name}`];
  const known = new Set(['--help', '-h', ...command.options.flatMap(({ long, short }) => [long, short])]);
  return words
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.replace(/=.*/, ''))
    .filter((word) => !known.has(word))
    .map((word) => `${name} has no ${word}`);
}

describe.each(DOCUMENTS)('%s', (document) => {
  const commands = documentBlocks(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(shellCommands);
  const spans = codeSpans(document);

  it('names commands and options that there are', () => {
    const lines = [...commands, ...spans]
      .map((line) => line.replace(/^npx /, ''))
      .filter((line) => line.startsWith('drover '));
    expect(lines.flatMap((line) => mistakesIn(line).map((mistake) => `${line}: ${mistake}`))).toEqual([]);
  });

  it('names scripts that there are', () => {
    const named = [...commands, ...spans].flatMap((line) =>
      [...line.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name),
    );
    expect(named.filter((name) => name !== undefined && !(name in scripts))).toEqual([]);
  });

  it('names files of the project that there are', () => {
    const paths = spans.filter((span) =>
      /^(electron|shared|renderer|resources|test|docs|\.github)\/[\w./-]+$/.test(span),
    );
    const templates = /NAME|\.\.\./;
    expect(paths.filter((path) => !templates.test(path) && !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('says of every block of commands that it is one, so that it is tried', () => {
    const unnamed = documentBlocks(document).filter(({ language }) => language === '');
    expect(
      unnamed.flatMap(({ code }) => code.split('\n').filter((line) => /^(npx |drover (?!.*: )|npm )/.test(line))),
    ).toEqual([]);
  });
});

it('the README is short', () => {
  const words = documentText('README.md').split(/\s+/).filter(Boolean).length;
  expect(words).toBeLessThanOrEqual(README_WORDS);
});

describe('docs/cli.md', () => {
  const sections = documentText('docs/cli.md').split(/^### /m).slice(1);
  const sectionOf = (name: string) => sections.find((text) => text.startsWith(`\`drover ${name}`)) ?? '';
  const named = program.commands.filter((command) => command.name() !== 'engine-host' && command.name() !== 'help');

  it.each(named.map((command) => command.name()))('describes %s with all its options', (name) => {
    const section = sectionOf(name);
    expect(section).not.toBe('');
    // The launch options of `run` are told once, and `--json` of all of them at the beginning.
    const elsewhere = name === 'plan' ? sectionOf('run') : '';
    const options =
      commandNamed(name)?.options.flatMap(({ long, hidden }) =>
        hidden || long === undefined || long === '--json' ? [] : [long],
      ) ?? [];
    expect(options.filter((option) => !`${section}${elsewhere}`.includes(option))).toEqual([]);
  });
});

describe('docs/reliability.md', () => {
  const tests = ['test/integration', 'test/unit'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((path) => String(path).replace(/^.*\//, '')),
  );
  const rows = documentText('docs/reliability.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));

  it('names a test for every reason', () => {
    const named = rows.flatMap((row) =>
      [...(row.split('|').at(-2) ?? '').matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !tests.includes(`${name}.test.ts`))).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  const text = documentText('CONTRIBUTING.md');

  it('names files and folders that there are', () => {
    const inCode = documentBlocks('CONTRIBUTING.md').flatMap(({ code }) => code.split(/\s+/));
    const linked = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
    const paths = [...codeSpans('CONTRIBUTING.md').flatMap((span) => span.split(/\s+/)), ...inCode, ...linked].filter(
      (word) => /^[\w.-]+\//.test(word) || linked.includes(word),
    );
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('has an example in the history for each kind of change', () => {
    const kinds = text.split(/^### /m).slice(1);
    const without = kinds.filter((kind) => !/^Example: `[0-9a-f]{7}` \S/m.test(kind));
    expect(kinds).toHaveLength(6);
    expect(without).toEqual([]);
  });
});
