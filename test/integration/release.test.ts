import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = ['resources/release.mjs', 'package.json', 'package-lock.json', 'CITATION.cff'];
const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something new.

## [0.0.1] - 2026-01-01

### Added

- All of it.
`;

/** A checkout of its own, with what a release touches. */
class Checkout {
  readonly folder = temporaryFolder();
  readonly before: string;

  /** @param check what `npm run check` does there */
  constructor({ changelog = CHANGELOG, check = 'node -e 0' } = {}) {
    mkdirSync(join(this.folder, 'resources'));
    for (const name of COPIED) copyFileSync(join(ROOT, name), join(this.folder, name));
    const { version, ...others } = JSON.parse(this.read('package.json')) as { version: string };
    this.before = version;
    const content = { ...others, version, scripts: { check } };
    this.write('package.json', `${JSON.stringify(content, null, 2)}\n`);
    this.write('CHANGELOG.md', changelog);
    this.git('init', '--quiet');
    this.git('config', 'user.name', 'A person');
    this.git('config', 'user.email', 'a.person@example.org');
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', 'Begin');
  }

  release(version: string): { status: number | null; stdout: string; stderr: string } {
    const script = join(this.folder, 'resources/release.mjs');
    return spawnSync(process.execPath, [script, version], { cwd: this.folder, encoding: 'utf8' });
  }

  git(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: this.folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }
}

test('a release is a commit and a tag, with the version in every file that names it', () => {
  const checkout = new Checkout();
  const { status, stderr } = checkout.release('98.7.6');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const today = new Date().toISOString().slice(0, 10);
  expect(checkout.read('CHANGELOG.md')).toBe(
    CHANGELOG.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [98.7.6] - ${today}\n`),
  );
  expect(JSON.parse(checkout.read('package.json'))).toMatchObject({ version: '98.7.6' });
  expect(JSON.parse(checkout.read('package-lock.json'))).toMatchObject({
    version: '98.7.6',
    packages: { '': { version: '98.7.6' } },
  });
  expect(checkout.read('CITATION.cff')).toContain('\nversion: 98.7.6\n');
  expect(checkout.git('status', '--porcelain')).toBe('');
  expect(checkout.git('log', '-1', '--format=%s %D')).toContain('tag: v98.7.6');
});

test.each([
  [
    'nothing stands under Unreleased',
    { changelog: CHANGELOG.replace('### Added\n\n- Something new.\n\n', '') },
    'Unreleased',
  ],
  [
    'the changelog has no Unreleased',
    { changelog: CHANGELOG.replace('## [Unreleased]', '## [0.0.2] - 2026-02-01') },
    'Unreleased',
  ],
  ['the checks fail', { check: 'node -e "process.exit(1)"' }, 'npm run check'],
])('there is none when %s', (_, options, named) => {
  const checkout = new Checkout(options);
  const { status, stderr } = checkout.release('98.7.6');
  expect(status).toBe(2);
  expect(stderr).toContain(named);
  expect(checkout.git('status', '--porcelain')).toBe('');
  expect(checkout.git('tag')).toBe('');
  expect(checkout.git('rev-list', '--count', 'HEAD')).toBe('1');
});

test('there is none of a tree with changes, which stay', () => {
  const checkout = new Checkout();
  checkout.write('notes.txt', 'mine');
  const { status, stderr } = checkout.release('98.7.6');
  expect(status).toBe(2);
  expect(stderr).toContain('git status');
  expect(checkout.git('status', '--porcelain')).toBe('?? notes.txt');
});

test('a version is three numbers, and later than the one before', () => {
  const checkout = new Checkout();
  for (const version of ['', 'v1.2.3', '1.2', 'next', '0.0.0', checkout.before])
    expect({ version, status: checkout.release(version).status }).toEqual({ version, status: 2 });
  expect(checkout.git('tag')).toBe('');
});

test('a tag that is there is not made again', () => {
  const checkout = new Checkout();
  checkout.git('tag', 'v98.7.6');
  const { status, stderr } = checkout.release('98.7.6');
  expect(status).toBe(2);
  expect(stderr).toContain('v98.7.6 is there already');
});
