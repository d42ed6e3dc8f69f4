import type { LaunchNotice } from '../../shared/contract/launch.ts';
import { type LeftOut, leftOutHeadline, leftOutNames } from '../../shared/run/left-out.ts';
import { oneLine } from '../../shared/text-columns.ts';

/** Describes for people what is not an input: a line for each reason, with the first names. */
export function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map((group) => oneLine(`Left out: ${leftOutHeadline(group)}: ${leftOutNames(group).join(', ')}`));
}

/** Returns the notices of a launch, each with its advice on the next line. */
export function noticeLines(notices: readonly LaunchNotice[]): string[] {
  return notices.flatMap(({ message, advice }) => [oneLine(`Note: ${message}`), `  ${oneLine(advice)}`]);
}
