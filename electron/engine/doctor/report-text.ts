import type { CheckStatus, DoctorReport } from '../../../shared/contract/doctor.ts';

const MARKS: Readonly<Record<CheckStatus, string>> = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' };
const MARK_WIDTH = 9;

/** Returns the report as lines for people: a mark, the subject, the finding, and below it what to do. */
export function reportLines(report: DoctorReport): string[] {
  return report.checks.flatMap(({ status, title, found, advice }) => {
    const line = `${MARKS[status].padEnd(MARK_WIDTH)}${title}: ${found}`;
    return advice === null ? [line] : [line, `${' '.repeat(MARK_WIDTH)}→ ${advice}`];
  });
}

/** Returns the result in one sentence. */
export function verdict(report: DoctorReport): string {
  const problems = report.checks.filter(({ status }) => status === 'problem').length;
  const warnings = report.checks.filter(({ status }) => status === 'warning').length;
  if (problems > 0)
    return `${problems === 1 ? 'One problem has' : `${problems} problems have`} to be fixed before runs can be relied on.`;
  if (warnings > 0) return `Runs work; ${warnings === 1 ? 'one thing' : `${warnings} things`} could be better.`;
  return 'All is well.';
}
