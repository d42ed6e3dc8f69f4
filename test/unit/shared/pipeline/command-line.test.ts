import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLaunchOptions, type LaunchOptions, launchRequest } from '../../../../electron/cli/launch-options.ts';
import type { Begin, LaunchRequest } from '../../../../shared/contract/launch.ts';
import { runCommandLine, shellWord } from '../../../../shared/pipeline/command-line.ts';

const request: LaunchRequest = {
  pipeline: 'kmer-embedding',
  inputs: ['/data/a.fa'],
  parameters: {},
  overwrite: false,
  skipInvalid: false,
  workingDirectory: '/work',
};

/** No process takes an argument with a NUL character. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0')),
  fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '*', '!', '~', '#', '=', '-', '{', 'a') }),
);
const someText = text.filter((value) => value !== '');

describe('shellWord', () => {
  it('gives a real shell exactly the words it was given', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (words) => {
        expect(wordsInShell(words.map(shellWord).join(' '))).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves ordinary paths readable', () => {
    expect(shellWord('/data/run-1/a_b.fa.gz')).toBe('/data/run-1/a_b.fa.gz');
    expect(shellWord('/data/my genes.fa')).toBe("'/data/my genes.fa'");
  });
});

describe('runCommandLine', () => {
  it('is one plain line for a plain launch', () => {
    expect(runCommandLine(request)).toBe('drover run --pipeline kmer-embedding --input /data/a.fa');
  });

  it('goes to the folder where relative paths start', () => {
    expect(runCommandLine({ ...request, inputs: ['genomes'], workingDirectory: '/my work' })).toBe(
      "cd '/my work' && drover run --pipeline kmer-embedding --input genomes",
    );
  });

  it('is understood by the command as the request it was made from', () => {
    const optional = fc.record(
      {
        output: someText.map((value) => `/${value}`),
        devices: fc.constantFrom('0,2', 'cpu:3', 'GPU-1 2'),
        dispatch: fc.constantFrom('queue' as const, 'list' as const, 'each' as const),
        retries: fc.integer({ min: 0, max: 100 }),
        workersPerDevice: fc.integer({ min: 1, max: 64 }),
        stallTimeout: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
        begin: fc.constantFrom<Begin>(
          { kind: 'now', share: true },
          { kind: 'when-free', any: null },
          { kind: 'when-free', any: 2 },
        ),
        name: fc.string({ maxLength: 50 }).filter((value) => !value.includes('\0')),
      },
      { requiredKeys: [] },
    );
    const launch = fc.record({
      pipeline: fc.constantFrom('kmer-embedding', '/own/pipe line.json', '-odd'),
      inputs: fc.array(
        someText.map((value) => `/${value}`),
        { minLength: 1, maxLength: 5 },
      ),
      parameters: fc.dictionary(fc.stringMatching(/^[a-z]\w{0,8}$/), text, { noNullPrototype: true }),
      overwrite: fc.boolean(),
      skipInvalid: fc.boolean(),
    });
    fc.assert(
      fc.property(launch, optional, (needed, chosen) => {
        const asked: LaunchRequest = { ...needed, ...chosen, workingDirectory: '/work' };
        expect(understood(wordsInShell(runCommandLine(asked)).slice(2))).toEqual(asked);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps a path that begins with a hyphen from being read as an option', () => {
    const words = wordsInShell(
      runCommandLine({ ...request, inputs: ['-a.fa', '--name'], name: '-x' }).replace(/^.*? && /, ''),
    );
    expect(understood(words.slice(2))).toMatchObject({ inputs: ['./-a.fa', './--name'], name: '-x' });
  });
});

/** The words that `sh` makes of a line. */
function wordsInShell(line: string): string[] {
  const out = execFileSync('sh', ['-c', String.raw`printf '%s\0' ${line}`], { encoding: 'utf8' });
  return out.split('\0').slice(0, -1);
}

/** The request that `drover run` reads from its arguments. */
function understood(words: string[]): LaunchRequest {
  const command = addLaunchOptions(new Command('run')).exitOverride().parse(words, { from: 'user' });
  return launchRequest(command.opts<LaunchOptions>(), { workingDirectory: '/work' } as Parameters<
    typeof launchRequest
  >[1]);
}
