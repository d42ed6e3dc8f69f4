import type { Difference } from '../../../shared/contract/records.ts';
import type { ArchiveMember } from './archive-members.ts';

/** Where two lists of members differ. */
export function compareMembers(expected: readonly ArchiveMember[], found: readonly ArchiveMember[]): Difference[] {
  const sizes = new Map(expected.map((member) => [member.path, member.size]));
  const differences: Difference[] = [];
  for (const member of found) {
    const size = sizes.get(member.path);
    sizes.delete(member.path);
    if (size === undefined) differences.push({ what: 'member', detail: `${member.path} is there but not expected` });
    else if (size !== member.size) differences.push(differentSize(member, size));
  }
  for (const path of sizes.keys()) differences.push({ what: 'member', detail: `${path} is missing` });
  return differences;
}

function differentSize(member: ArchiveMember, expected: number): Difference {
  return { what: 'member', detail: `${member.path} has ${member.size} bytes instead of ${expected}` };
}
