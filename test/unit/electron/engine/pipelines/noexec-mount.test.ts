import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noexecMount } from '../../../../../electron/engine/pipelines/find-command.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

test('the innermost and latest mount above a path says whether programs on it can be started', () => {
  const folder = temporaryFolder();
  for (const name of ['data disk/inner', 'other']) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync('data disk', join(folder, 'link'));
  const mounts = join(folder, 'mounts');
  writeFileSync(
    mounts,
    [
      '/dev/a / ext4 rw 0 0',
      `/dev/b ${folder}/data\\040disk ext4 rw 0 0`,
      `/dev/c ${folder}/data\\040disk ext4 rw,noexec,nosuid 0 0`,
      `/dev/d ${folder}/data\\040disk/inner ext4 rw 0 0`,
      '',
    ].join('\n'),
  );
  expect(noexecMount(join(folder, 'data disk'), mounts)).toBe(join(folder, 'data disk'));
  expect(noexecMount(join(folder, 'link'), mounts)).toBe(join(folder, 'data disk'));
  expect(noexecMount(join(folder, 'data disk/inner'), mounts)).toBeNull();
  expect(noexecMount(join(folder, 'other'), mounts)).toBeNull();
  expect(noexecMount(join(folder, 'other'), join(folder, 'no such table'))).toBeNull();
});
