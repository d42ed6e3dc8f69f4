import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRunsGitignore } from '../../../../../electron/engine/launch/create-run.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const RUN = 'kmer-embedding/20261121-051500-123-k3f9';
const KEPT = [
  '.gitignore',
  'notes.md',
  ...['logs_summary.txt', 'notes.md', 'commit.txt', 'metadata.json', 'metrics.json', 'archive.json'].map(
    (name) => `${RUN}/${name}`,
  ),
];
const IGNORED = [
  'run.tar.gz',
  'journal.ndjson',
  'owner.json',
  'logs/run.log',
  'logs/step_001/worker_0.log',
  'logs/step_001/worker_0.reports.ndjson',
  'logs/notes.md',
  'outputs/step_001/a.npy',
  'outputs/step_001/a.json',
  'control/1-a.json',
  'inputs.ndjson',
  'outputs.ndjson',
  'notes.json',
  'deep/metadata.json',
  'deep/notes.md',
  'artifacts/metrics.json',
  'artifacts/README.md',
  'workspace/logs_summary.txt',
].map((name) => `${RUN}/${name}`);

const hasGit = spawnSync('git', ['--version']).status === 0;

test.skipIf(!hasGit)('git keeps summaries, notes and JSON and ignores logs, outputs and archives (needs git)', () => {
  const runs = join(temporaryFolder(), 'runs');
  writeRunsGitignore(runs);
  for (const path of [...KEPT.slice(1), ...IGNORED]) {
    mkdirSync(dirname(join(runs, path)), { recursive: true });
    writeFileSync(join(runs, path), 'x');
  }
  execFileSync('git', ['init', '-q', runs]);
  const tracked = execFileSync('git', ['-C', runs, 'ls-files', '--others', '--exclude-standard'], { encoding: 'utf8' });
  expect(tracked.trim().split('\n').toSorted()).toEqual(KEPT.toSorted());
  const ignored = execFileSync('git', ['-C', runs, 'check-ignore', '--', ...IGNORED], { encoding: 'utf8' });
  expect(ignored.trim().split('\n')).toEqual(IGNORED);
});

test('one that an earlier release wrote and nobody has changed is brought up to date', () => {
  const runs = temporaryFolder();
  const earlier = [
    '# Written once by Drover; change it as you like.',
    '# Kept: summaries, notes and JSON records. Ignored: logs, outputs, archives and what only a live run needs.',
    '*\n!*/\n!.gitignore\n!logs_summary.txt\n!*.md\n!commit.txt\n!*.json',
    'logs/\noutputs/\ncontrol/\nprocesses/\nmanifests/\nowner.json\n',
  ];
  writeFileSync(join(runs, '.gitignore'), earlier.join('\n'));
  writeRunsGitignore(runs);
  expect(readFileSync(join(runs, '.gitignore'), 'utf8')).toContain('workspace/');
});

test('a file that is there is left as it is', () => {
  const runs = temporaryFolder();
  writeFileSync(join(runs, '.gitignore'), 'mine\n');
  writeRunsGitignore(runs);
  expect(readFileSync(join(runs, '.gitignore'), 'utf8')).toBe('mine\n');
});
