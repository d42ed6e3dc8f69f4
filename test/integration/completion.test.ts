import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeProgram } from '../../electron/cli/program.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const skippedWithout = (program: string) => (has(program) ? '' : ` (skipped: ${program} is missing here)`);

/** A person with a shell, the command `drover` and a data folder that holds one run. */
class Terminal {
  readonly folder = temporaryFolder();
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    mkdirSync(join(this.folder, 'home/runs/kmer-embedding/20261121-051500-123-k3f9'), { recursive: true });
    writeFileSync(join(bin, 'drover'), `#!/bin/sh\nexec '${process.execPath}' '${BUILT_CLI}' "$@"\n`);
    chmodSync(join(bin, 'drover'), 0o755);
    this.#env = {
      ...process.env,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      HOME: this.folder,
      DROVER_HOME: join(this.folder, 'home'),
    };
  }

  run(...words: [string, ...string[]]): { status: number | null; stdout: string; stderr: string } {
    const [program, ...args] = words;
    return spawnSync(program, args, { cwd: this.folder, env: this.#env, encoding: 'utf8' });
  }

  /** Keeps what `drover` prints in a file. */
  keep(name: string, ...words: string[]): string {
    const { status, stdout, stderr } = this.run('drover', ...words);
    if (status !== 0) throw new Error(stderr);
    const path = join(this.folder, name);
    writeFileSync(path, stdout);
    return path;
  }
}

/** What bash offers behind these words, the last of which is being typed. */
function offeredByBash(terminal: Terminal, script: string, words: string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const code = `. '${script}'; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _drover; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return terminal.run('bash', '-c', code).stdout.trim().split('\n');
}

let names: string[] = [];
let options: string[] = [];
beforeAll(async () => {
  const unused = (): never => {
    throw new Error('a command ran');
  };
  const program = await makeProgram(['help'], {
    version: '',
    prepare: unused,
    context: unused,
    writeOut: () => undefined,
    writeError: () => undefined,
  });
  const shown = program.createHelp().visibleCommands(program);
  names = shown.map((command) => command.name());
  options = shown.flatMap((command) =>
    command
      .createHelp()
      .visibleOptions(command)
      .map(({ long }) => long ?? ''),
  );
});

const TYPED: readonly { words: string[]; offered: string[] }[] = [
  { words: ['drover', 'ru'], offered: ['run', 'runs'] },
  { words: ['drover', 'run', '--pipeline', 'kmer'], offered: ['kmer-embedding'] },
  { words: ['drover', 'run', '--disp'], offered: ['--dispatch'] },
  { words: ['drover', 'run', '--dispatch', 'q'], offered: ['queue'] },
  { words: ['drover', 'status', '2026'], offered: ['20261121-051500-123-k3f9'] },
  { words: ['drover', 'resume', 'la'], offered: ['last'] },
  { words: ['drover', 'help', 'arc'], offered: ['archive'] },
  { words: ['drover', 'completion', 'f'], offered: ['fish'] },
  { words: ['drover', 'query', '--example', 'slowest-i'], offered: ['slowest-items'] },
];

describe('completion', () => {
  it.skipIf(!has('bash')).each(TYPED)(`of bash behind $words${skippedWithout('bash')}`, ({ words, offered }) => {
    const terminal = new Terminal();
    const script = terminal.keep('drover.bash', 'completion', 'bash');
    expect(offeredByBash(terminal, script, words)).toEqual(offered);
  });

  it.skipIf(!has('fish')).each(TYPED)(`of fish behind $words${skippedWithout('fish')}`, ({ words, offered }) => {
    const terminal = new Terminal();
    const script = terminal.keep('drover.fish', 'completion', 'fish');
    const line = words.join(' ');
    const { stdout } = terminal.run('fish', '--no-config', '-c', `source '${script}'; complete -C '${line}'`);
    const words1 = stdout
      .trim()
      .split('\n')
      .map((entry) => entry.split('\t')[0]);
    expect(words1.filter((word) => offered.includes(word ?? ''))).toEqual(offered);
  });

  it.skipIf(!has('zsh'))(`of zsh is taken by its completion system${skippedWithout('zsh')}`, () => {
    const terminal = new Terminal();
    const script = terminal.keep('_drover', 'completion', 'zsh');
    const code = `autoload -Uz compinit && compinit -u -D && . '${script}' && print -r -- $_comps[drover]`;
    expect(terminal.run('zsh', '-fc', code)).toMatchObject({ status: 0, stdout: '_drover\n', stderr: '' });
  });

  it.each(['bash', 'zsh', 'fish'])('of %s knows every command and option', (shell) => {
    const { stdout } = new Terminal().run('drover', 'completion', shell);
    const known = stdout.replaceAll(' -l ', ' --');
    expect([...names, ...options].filter((word) => !known.includes(word))).toEqual([]);
  });

  it('asks for a shell, and says which there are', () => {
    const terminal = new Terminal();
    expect(terminal.run('drover', 'completion')).toMatchObject({
      status: 2,
      stderr: 'drover: No shell was named.\n  Write drover completion bash, zsh or fish.\n',
    });
    expect(terminal.run('drover', 'completion', 'tcsh').stderr).toContain('Allowed choices are bash, zsh, fish');
  });
});

describe('the manual page', () => {
  it('describes every command and option', () => {
    const page = new Terminal().run('drover', 'man').stdout.replaceAll(String.raw`\-`, '-');
    expect(names.filter((name) => !page.includes(`.SS "drover ${name}`))).toEqual([]);
    expect(options.filter((option) => !page.includes(option))).toEqual([]);
    expect(page).toContain('Examples:');
  });

  it.skipIf(!has('groff'))(`is roff without a fault${skippedWithout('groff')}`, () => {
    const terminal = new Terminal();
    const page = terminal.keep('drover.1', 'man');
    const { status, stdout, stderr } = terminal.run('groff', '-man', '-ww', '-Tutf8', '-Kutf8', page);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('drover run --pipeline kmer-embedding --input genomes/');
  });
});
