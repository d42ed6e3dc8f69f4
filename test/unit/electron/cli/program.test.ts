import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../../../electron/cli/program.ts';

interface Outcome {
  status: number;
  out: string;
  errors: string;
}

/** Parses a command line that ends before any command runs. */
async function parse(...args: string[]): Promise<Outcome> {
  const outcome = { status: 0, out: '', errors: '' };
  const unwanted = (): never => {
    throw new Error('a command ran');
  };
  const program = await makeProgram(args, {
    version: '1.2.3',
    prepare: () => Promise.resolve(),
    context: unwanted,
    writeOut: (text) => {
      outcome.out += text;
    },
    writeError: (text) => {
      outcome.errors += text;
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    outcome.status = error.exitCode;
  }
  return outcome;
}

const NAMES =
  'run demo plan devices pipelines runs status watch wait logs stop resume retry summary archive reconcile clean'.split(
    ' ',
  );

const ALL_NAMES = [...NAMES, 'serve', 'query', 'search', 'doctor', 'completion', 'man'];

describe('the command line', () => {
  it('lists every command but the internal one', async () => {
    const { status, out } = await parse('--help');
    expect(status).toBe(0);
    for (const name of NAMES) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    expect(out).not.toContain('engine-host');
  });

  it.each(NAMES)('explains %s', async (name) => {
    const { status, out } = await parse(name, '--help');
    expect(status).toBe(0);
    expect(out).toContain(`Usage: drover ${name}`);
    expect(out).toContain('--json');
  });

  it('knows its version', async () => {
    expect(await parse('--version')).toEqual({ status: 0, out: '1.2.3\n', errors: '' });
  });

  it('guesses which command was meant', async () => {
    const { status, errors } = await parse('statsu');
    expect(status).not.toBe(0);
    expect(errors).toBe('drover: unknown command \'statsu\'. Did you mean "status"?\n  See: drover --help\n');
  });

  it('guesses which option was meant, and names the help of that command', async () => {
    const { errors } = await parse('run', '--pipelne', 'x');
    expect(errors).toBe('drover: unknown option \'--pipelne\'. Did you mean "--pipeline"?\n  See: drover run --help\n');
  });

  it.each([
    ['nosuch', "unknown command 'nosuch'."],
    ['archve', 'unknown command \'archve\'. Did you mean "archive"?'],
  ])('says that %s, of which help is asked, is no command', async (name, message) => {
    const { status, out, errors } = await parse('help', name);
    expect(status).not.toBe(0);
    expect(out).toBe('');
    expect(errors).toBe(`drover: ${message}\n  See: drover --help\n`);
  });

  it('shows the help of a command in both ways', async () => {
    expect(await parse('help', 'run')).toEqual(await parse('run', '--help'));
    expect(await parse('help')).toEqual(await parse('--help'));
  });

  it.each(ALL_NAMES)('shows an example of %s, and no default twice', async (name) => {
    const { out } = await parse(name, '--help');
    expect(out).toMatch(new RegExp(`^Examples:\\n  drover ${name}`, 'm'));
    expect(out).not.toMatch(/\(default[^)]*\)\s*\(default/);
    expect(out).not.toMatch(/\(default: "/);
  });

  it('shows the help on standard error when nothing is asked', async () => {
    const { status, out, errors } = await parse();
    expect(status).not.toBe(0);
    expect(out).toBe('');
    expect(errors).toContain('Usage: drover <command>');
  });

  it.each([
    ['wait', 'last', '--timeout', 'soon'],
    ['status'],
    ['status', 'a', 'b'],
    ['engine-host', '--run', 'x', '--purpose', 'y'],
  ])('refuses %s %s %s %s before anything runs', async (...args) => {
    const { status, errors } = await parse(...args.filter((arg) => arg !== undefined));
    expect(status).not.toBe(0);
    expect(errors).toMatch(/^drover: .*\n {2}See: drover /);
  });
});
