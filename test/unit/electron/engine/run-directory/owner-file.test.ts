import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { ownIdentity } from '../../../../../electron/engine/processes/process-table.ts';
import { processTable } from '../../../../../electron/engine/processes/this-process-table.ts';
import {
  FOREIGN_OWNER_FRESH_MS,
  isOwned,
  lastOwner,
  type Owner,
  takeOwnership,
} from '../../../../../electron/engine/run-directory/owner-file.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const table = processTable();
const SELF: Owner = { ...ownIdentity(table), host: hostname(), nonce: 'aaaa', released: false };
const ELSEWHERE: Owner = { pid: 1, start_time: 2, boot_id: 'other', host: 'elsewhere', nonce: 'bbbb', released: false };

/** A run folder whose owner.json says this and was touched some seconds ago. */
function ownedBy(owner: Owner, secondsAgo = 0): string {
  const directory = temporaryFolder();
  writeOwner(join(directory, 'owner.json'), owner, secondsAgo);
  return directory;
}

function writeOwner(path: string, owner: Owner, secondsAgo: number): void {
  writeFileSync(path, JSON.stringify(owner));
  const time = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(path, time, time);
}

function take(directory: string): string {
  const taken = takeOwnership(directory, table);
  if (!taken.ok) return taken.error.reason;
  taken.value.release();
  return 'taken';
}

test('a run without owner is taken, and a released one is free again', () => {
  const directory = temporaryFolder();
  expect(isOwned(directory, table)).toBe(false);
  const taken = takeOwnership(directory, table);
  if (!taken.ok) throw new Error(taken.error.message);
  expect(isOwned(directory, table)).toBe(true);
  expect(take(directory)).toBe('run-active');
  taken.value.release();
  expect(isOwned(directory, table)).toBe(false);
  expect(take(directory)).toBe('taken');
});

test('taking and releasing leaves no drafts behind', () => {
  const directory = temporaryFolder();
  for (let round = 0; round < 3; round += 1) expect(take(directory)).toBe('taken');
  const names = [...readdirSync(directory), ...readdirSync(join(directory, 'control'))];
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('an owner whose process lives is believed', () => {
  expect(take(ownedBy(SELF))).toBe('run-active');
});

test.each([
  ['whose pid has been given to a stranger', { start_time: SELF.start_time + 1 }],
  ['of before a restart of the machine', { boot_id: 'an earlier one' }],
  ['whose process is gone', { pid: 2 ** 22 + 1 }],
  ['that has let go', { released: true }],
])('an owner %s is not believed', (_, change) => {
  const directory = ownedBy({ ...SELF, ...change });
  expect(isOwned(directory, table)).toBe(false);
  expect(take(directory)).toBe('taken');
});

test('an owner on another host is believed while its file is young', () => {
  const freshSeconds = FOREIGN_OWNER_FRESH_MS / 1000;
  expect(take(ownedBy(ELSEWHERE, freshSeconds / 2))).toBe('run-active');
  expect(take(ownedBy(ELSEWHERE, freshSeconds + 5))).toBe('taken');
});

test('an owner on another host that has claimed the run but not published itself yet is believed', () => {
  const dead: Owner = { ...SELF, pid: 2 ** 22 + 1 };
  const directory = ownedBy(dead, 3_600);
  mkdirSync(join(directory, 'control'));
  writeOwner(join(directory, 'control', `after-${dead.pid}-${dead.start_time}-${dead.nonce}.owner`), ELSEWHERE, 0);
  expect(lastOwner(directory)).toEqual(ELSEWHERE);
  expect(take(directory)).toBe('run-active');
});

test('an owner that published itself late does not displace who came after it', () => {
  const directory = temporaryFolder();
  const stale = join(directory, 'late');
  const first = takeOwnership(directory, table);
  if (!first.ok) throw new Error(first.error.message);
  writeFileSync(stale, JSON.stringify({ ...first.value.owner, released: true }));
  first.value.release();
  const second = takeOwnership(directory, table);
  if (!second.ok) throw new Error(second.error.message);
  renameSync(stale, join(directory, 'owner.json'));
  expect(lastOwner(directory)).toEqual(second.value.owner);
  expect(take(directory)).toBe('run-active');
  second.value.release();
  expect(take(directory)).toBe('taken');
});

test('a run into which nobody lets us look has no owner that is known, and the search for one ends', () => {
  const folder = join(temporaryFolder(), 'loop');
  // Whatever is looked for below a link to itself is refused, as below a folder of somebody else, also to root.
  symlinkSync(folder, folder);
  expect(isOwned(folder, processTable())).toBe(false);
  expect(lastOwner(folder)).toBeNull();
});

describe('an owner.json that is empty or cut, as after a power cut', () => {
  it.each(['', '{"pid":12,"start', '[]', '\0\0\0\0'])(
    'does not stand in the way of a run that nobody has: %j',
    (content) => {
      const directory = temporaryFolder();
      writeFileSync(join(directory, 'owner.json'), content);
      expect(isOwned(directory, table)).toBe(false);
      expect(take(directory)).toBe('taken');
      expect(JSON.parse(readFileSync(join(directory, 'owner.json'), 'utf8'))).toMatchObject({ released: true });
      expect(take(directory)).toBe('taken');
    },
  );

  it('does not stand in the way after any number of owners', () => {
    const directory = temporaryFolder();
    for (let round = 0; round < 4; round += 1) {
      expect(take(directory)).toBe('taken');
      writeFileSync(join(directory, 'owner.json'), '');
    }
  });

  it('hides no owner that lives, the first one or a later one', () => {
    const directory = temporaryFolder();
    for (let round = 0; round < 3; round += 1) {
      const taken = takeOwnership(directory, table);
      if (!taken.ok) throw new Error(taken.error.message);
      writeFileSync(join(directory, 'owner.json'), '');
      expect(isOwned(directory, table)).toBe(true);
      expect(take(directory)).toBe('run-active');
      taken.value.release();
    }
  });

  it('hides no living owner of a run whose chain began in owner.json alone', () => {
    const directory = ownedBy({ ...SELF, pid: 2 ** 22 + 1 });
    const taken = takeOwnership(directory, table);
    if (!taken.ok) throw new Error(taken.error.message);
    writeFileSync(join(directory, 'owner.json'), '');
    expect(take(directory)).toBe('run-active');
    taken.value.release();
  });
});

test('a claim that is empty, as after a power cut, is followed by one taker', () => {
  const directory = temporaryFolder();
  expect(take(directory)).toBe('taken');
  for (const name of readdirSync(join(directory, 'control'))) writeFileSync(join(directory, 'control', name), '');
  writeFileSync(join(directory, 'owner.json'), '');
  const taken = takeOwnership(directory, table);
  expect(taken.ok).toBe(true);
  expect(take(directory)).toBe('run-active');
});

test('who works on the files of a run keeps others out, and does not make it a running one', () => {
  const directory = temporaryFolder();
  const taken = takeOwnership(directory, table, 'archiving');
  if (!taken.ok) throw new Error(taken.error.message);
  expect(isOwned(directory, table)).toBe(false);
  const other = takeOwnership(directory, table);
  expect(other).toMatchObject({ ok: false, error: { reason: 'run-active' } });
  expect(other.ok ? '' : other.error.message).toContain('archiving the run');
  taken.value.release();
  expect(take(directory)).toBe('taken');
});

test('a run that was deleted is not made again by who takes it', () => {
  const directory = join(temporaryFolder(), 'run');
  expect(take(directory)).toBe('unknown-run');
  expect(existsSync(directory)).toBe(false);
});

test('a folder that cannot be written is a problem in words, not an exception', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(take(join(file, 'run'))).toBe('data-folder');
});
