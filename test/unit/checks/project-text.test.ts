import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Made by tools, or of somebody else. */
const FOREIGN = new Set([
  '.git',
  'node_modules',
  'out',
  'release',
  'bench-results',
  'fault-results',
  '.vitest',
  '__pycache__',
]);

/** What a project must not say: it holds on one machine only, or names where packages happened to come from. */
const FORBIDDEN = [
  { what: 'a home folder', pattern: /(^|[\s"'`(=])\/(home|Users)\/[a-z]/im },
  { what: 'the home folder of root', pattern: /(^|[\s"'`(=])\/root\//m },
  { what: 'the folder of this checkout', pattern: new RegExp(`${escapeRegExp(ROOT)}(/|\\b)`) },
  { what: 'a host of a package registry', pattern: /\bregistry\.[a-z]|\/\/(npm|pypi)\.[a-z]|"resolved":/ },
];

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (FOREIGN.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

test.each(FORBIDDEN)('no file names $what', ({ pattern }) => {
  const self = import.meta.filename;
  const naming = filesBelow(ROOT).filter((path) => path !== self && pattern.test(readFileSync(path, 'latin1')));
  expect(naming.map((path) => relative(ROOT, path))).toEqual([]);
});

test('the changelog is newest first, has known sections only and says something in each', () => {
  expect(changelogMistakes(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'))).toEqual([]);
});

test.each([
  ['no title', '## [Unreleased]\n\n### Added\n\n- x\n', 'title'],
  ['a section that is not known', '# Changelog\n\n## [Unreleased]\n\n### News\n\n- x\n', 'News'],
  ['an empty section', '# Changelog\n\n## [Unreleased]\n\n### Added\n\n### Fixed\n\n- x\n', 'Added'],
  ['a version without a date', '# Changelog\n\n## [1.0.0]\n\n### Added\n\n- x\n', '1.0.0'],
  [
    'an old version first',
    '# Changelog\n\n## [1.0.0] - 2026-01-01\n\n### Added\n\n- x\n\n## [1.1.0] - 2026-02-01\n\n### Added\n\n- x\n',
    'order',
  ],
])('a changelog with %s is found out', (_, text, named) => {
  expect(changelogMistakes(text).join()).toContain(named);
});

const SECTIONS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

function changelogMistakes(text: string): string[] {
  const mistakes: string[] = [];
  if (!text.startsWith('# Changelog\n')) mistakes.push('the title is missing');
  const [, ...versions] = text.split(/^## /m);
  const dates = versions.map((version) => version.split('\n')[0] ?? '');
  for (const [index, heading] of dates.entries()) {
    const legal = index === 0 && heading === '[Unreleased]';
    if (!legal && !/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/.test(heading)) mistakes.push(`heading ${heading}`);
  }
  const released = dates.map((heading) => heading.split(' - ')[1]).filter((date) => date !== undefined);
  if (released.join() !== released.toSorted().toReversed().join()) mistakes.push('order of the versions');
  for (const section of versions.flatMap((version) => version.split(/^### /m).slice(1))) {
    const [name = '', ...lines] = section.split('\n');
    if (!SECTIONS.includes(name)) mistakes.push(`section ${name}`);
    if (!lines.some((line) => line.startsWith('- '))) mistakes.push(`nothing in ${name}`);
  }
  return mistakes;
}

/** Every relative link of the pages for people, with the page it stands in. */
const DOCUMENTS = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', 'CHANGELOG.md', 'SECURITY.md', ...DOCUMENTS.map((name) => `docs/${name}`)];
const LINKS = PAGES.flatMap((page) =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g)].map(([, target]) => ({
    page,
    target: target ?? '',
  })),
);

test.each(LINKS)('the link to $target in $page leads somewhere', ({ page, target }) => {
  expect(existsSync(join(ROOT, page, '..', target))).toBe(true);
});
