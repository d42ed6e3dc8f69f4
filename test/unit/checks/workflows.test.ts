import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../../.github/workflows');
const workflows = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));

/** The values of a key, wherever it stands. */
function valuesOf(text: string, key: string): string[] {
  return [...text.matchAll(new RegExp(`^[ -]*${key}:[ ]*(.*)$`, 'gm'))].map(([, value = '']) => value);
}

/** The jobs of a workflow, as text. */
function jobsOf(text: string): string[] {
  return text.slice(text.indexOf('\njobs:\n') + 7).split(/\n(?= {2}\w+:\n)/);
}

describe.each(workflows)('the workflow $name', ({ text }) => {
  it('takes each action at a commit, whose version is said beside', () => {
    const actions = valuesOf(text, 'uses');
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('has no rights but those that a job asks for, and one alone may write', () => {
    expect(text).toMatch(/^permissions: \{\}$/m);
    for (const job of jobsOf(text)) expect(job).toMatch(/^ {4}permissions:\n {6}contents: (read|write)$/m);
    expect(text).not.toMatch(/write-all|id-token|packages: write/);
    const writing = jobsOf(text).filter((job) => job.includes('contents: write'));
    // Whoever may write runs nothing of the checkout.
    for (const job of writing) expect(job).not.toMatch(/checkout|npm /);
  });

  it('leaves no token in a checkout', () => {
    const checkouts = text.split('actions/checkout@').slice(1);
    for (const rest of checkouts) expect(rest.split('\n')[1]).toContain('persist-credentials: false');
  });

  it('gives no secret to what a pull request can change, and puts no text of others into a script', () => {
    expect(text).not.toContain('pull_request_target');
    const runsOnThem = /^ {2}pull_request:/m.test(text);
    expect({ runsOnThem, secrets: text.includes('secrets.') }).not.toEqual({ runsOnThem: true, secrets: true });
    for (const script of valuesOf(text, 'run')) expect(script).not.toContain('${{');
  });
});
