import { existsSync } from 'node:fs';
import type { ArchiveResult, Difference } from '../../../shared/contract/records.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { archiveFile } from '../run-directory/paths.ts';
import { type ArchiveContent, readArchive } from './archive-content.ts';
import { compareMembers } from './archive-differences.ts';
import { listArchiveMembers, SUMMARY_MEMBER } from './archive-members.ts';
import { type ArchiveState, readArchiveState } from './archive-state.ts';

const MAKE_AGAIN = 'Make it with `drover archive RUN`.';

/**
 * Compares run.tar.gz with archive.json (size, SHA-256, members) and with the files that it was made from.
 * @returns every difference, none when the archive is whole and up to date; a Problem when there is nothing to verify
 */
export async function verifyArchive(
  directory: string,
): Promise<Result<{ result: ArchiveResult; differences: Difference[] }, Problem>> {
  const path = archiveFile(directory);
  if (!existsSync(path)) return err(problem('invalid-usage', `There is no archive ${path}`, MAKE_AGAIN));
  const state = readArchiveState(directory);
  if (state === null) {
    return err(problem('invalid-usage', `${path} has no archive.json that says what it should be`, MAKE_AGAIN));
  }
  const result = { path, size: state.size, sha256: state.sha256 };
  return ok({ result, differences: [...(await againstState(path, state)), ...againstFiles(directory, state)] });
}

async function againstState(path: string, state: ArchiveState): Promise<Difference[]> {
  let content: ArchiveContent;
  try {
    content = await readArchive(path);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ what: 'archive', detail: `${path} cannot be read to its end: ${message}` }];
  }
  const differences = compareMembers(state.members, content.members);
  if (content.size !== state.size) {
    differences.push({ what: 'size', detail: `${content.size} bytes instead of ${state.size}` });
  }
  if (content.sha256 !== state.sha256) {
    differences.push({ what: 'checksum', detail: `SHA-256 ${content.sha256} instead of ${state.sha256}` });
  }
  return differences;
}

/** What makes an archive one of an earlier state of the run. */
function againstFiles(directory: string, state: ArchiveState): Difference[] {
  const stale: Difference[] = state.stale
    ? [{ what: 'stale', detail: 'the run went on after the archive was made; make it again' }]
    : [];
  return [...stale, ...changesSince(directory, state)];
}

/** Files that changed since the archive was made, or came since; the summary has changed by its archive block alone. Packed logs are gone. */
export function changesSince(directory: string, { members, packed = false }: ArchiveState): Difference[] {
  const archived = new Map(members.map(({ path, size }) => [path, size]));
  return listArchiveMembers(directory).flatMap(({ path, size }) => {
    const before = archived.get(path);
    if (path === SUMMARY_MEMBER || before === size || (before === undefined && packed)) return [];
    const detail =
      before === undefined
        ? `${path} has come since it was archived`
        : `${path} had ${before} bytes when it was archived, now ${size}`;
    return [{ what: 'changed since', detail }];
  });
}
