// Makes a release of the checked-out files: adds the heading to the changelog, sets the version in package.json, package-lock.json and
// CITATION.cff, and creates a commit and a tag. Nothing is pushed.
// usage: npm run release -- 0.2.0
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const VERSION = /^\d+\.\d+\.\d+$/;
const UNRELEASED = '## [Unreleased]\n';

const refusal = release(process.argv[2] ?? '');
if (refusal !== null) {
  process.stderr.write(`release: ${refusal}\n`);
  process.exitCode = 2;
}

/**
 * @param {string} version
 * @returns {string | null} why no release was made
 */
function release(version) {
  if (!VERSION.test(version)) return `"${version}" is no version. Name one: npm run release -- 0.2.0`;
  const before = JSON.parse(read('package.json')).version;
  if (!isLater(version, before))
    return `${version} does not come after ${before}, which package.json has. Name a later one.`;
  if (git('tag', '--list', `v${version}`) !== '') return `The tag v${version} is there already. Name a later version.`;
  if (git('status', '--porcelain') !== '')
    return 'Some files are changed or new (git status). Commit or remove them first.';
  const [head = '', news = '', ...older] = read('CHANGELOG.md').split(/^(?=## )/m);
  if (!news.startsWith(UNRELEASED) || !/^- /m.test(news))
    return 'CHANGELOG.md has nothing under "Unreleased". Write there what changed for people first.';
  if (spawnSync('npm', ['run', 'check'], { cwd: ROOT, stdio: 'inherit' }).status !== 0)
    return '"npm run check" failed, see above. Nothing was changed; mend that first.';
  const today = new Date().toISOString().slice(0, 10);
  write(
    'CHANGELOG.md',
    [head, `${UNRELEASED}\n`, news.replace(UNRELEASED, `## [${version}] - ${today}\n`), ...older].join(''),
  );
  replaceOnce('package.json', `"version": "${before}"`, `"version": "${version}"`);
  // The lock file has the version twice: at its top, and in the package without a folder.
  for (let place = 0; place < 2; place += 1)
    replaceOnce('package-lock.json', `"version": "${before}"`, `"version": "${version}"`);
  replaceOnce('CITATION.cff', `\nversion: ${before}\n`, `\nversion: ${version}\n`);
  git('commit', '--all', '--message', `Drover ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `Drover ${version}`);
  process.stdout.write(`Drover ${version} is committed and tagged. To publish it: git push --follow-tags\n`);
  return null;
}

/** @type {(version: string, before: string) => boolean} */
function isLater(version, before) {
  const [ours = [], theirs = []] = [version, before].map((text) => text.split('.').map(Number));
  const at = ours.findIndex((number, place) => number !== theirs[place]);
  return (ours[at] ?? 0) > (theirs[at] ?? 0);
}

/** @type {(name: string, from: string, to: string) => void} */
function replaceOnce(name, from, to) {
  const text = read(name);
  if (!text.includes(from)) throw new Error(`${name} does not have ${JSON.stringify(from)}`);
  write(name, text.replace(from, to));
}

/** @type {(...args: string[]) => string} */
function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** @type {(name: string) => string} */
function read(name) {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** @type {(name: string, text: string) => void} */
function write(name, text) {
  writeFileSync(join(ROOT, name), text);
}
