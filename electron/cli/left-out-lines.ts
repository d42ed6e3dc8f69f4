import type { LaunchNotice } from '../../shared/contract/launch.ts';
import { type LeftOut, leftOutHeadline, leftOutNames } from '../../shared/run/left-out.ts';
import { oneLine } from '../../shared/text-columns.ts';

/** What is no input, for people: a line for each reason with the first names. */
export function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map((group) => oneLine(`Left out: ${leftOutHeadline(group)}: ${leftOutNames(group).join(', ')}`));
}

/** What a person should know of a launch, each with what to do on the next line. */
export function noticeLines(notices: readonly LaunchNotice[]): string[] {
  return notices.flatMap(({ message, advice }) => [oneLine(`Note: ${message}`), `  ${oneLine(advice)}`]);
}
