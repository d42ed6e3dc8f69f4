import { writeFileAtomic } from '../files/write-file-atomic.ts';
import { summaryFile } from '../run-directory/paths.ts';
import { devicesSection } from './summary-devices.ts';
import { headSection } from './summary-head.ts';
import type { SummaryInput, SummaryLimits } from './summary-input.ts';
import { stepsSection, workersSection } from './summary-steps.ts';
import { failuresSection, interventionsSection, problemsSection, reconciliationSection } from './summary-troubles.ts';

/** A summary is made to be read and to be kept in git, whatever the size of the run: bytes, its archive block included. */
const SUMMARY_BYTES = 12 * 1024;
/** Room for the archive block, which comes last. */
const ARCHIVE_BLOCK_BYTES = 320;
const LIMITS: SummaryLimits = {
  parameters: 20,
  leftOut: 10,
  devices: 16,
  steps: 10,
  workers: 64,
  problems: 12,
  failures: 20,
  interventions: 10,
  differences: 10,
};
/** When everything there is to say is too long, all lists are shortened by these shares, one after the other. */
const SHARES = [1, 0.6, 0.35, 0.2, 0.1];

/** The text of logs_summary.txt without its archive block: 80 columns, about 10 KB. */
export function buildSummary(input: SummaryInput): string {
  const room = SUMMARY_BYTES - ARCHIVE_BLOCK_BYTES;
  let text = '';
  for (const share of SHARES) {
    text = render(input, scale(LIMITS, share));
    if (Buffer.byteLength(text) <= room) break;
  }
  return text;
}

/**
 * Writes logs_summary.txt. A block about the archive that stood there goes: it is written by whoever makes the archive.
 * @throws the file system's error
 */
export function writeSummary(directory: string, text: string): void {
  writeFileAtomic(summaryFile(directory), text);
}

function render(input: SummaryInput, limits: SummaryLimits): string {
  const sections = [
    headSection(input, limits),
    devicesSection(input, limits),
    stepsSection(input, limits),
    workersSection(input, limits),
    problemsSection(input, limits),
    failuresSection(input, limits),
    interventionsSection(input, limits),
    reconciliationSection(input, limits),
  ];
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function scale(limits: SummaryLimits, share: number): SummaryLimits {
  const part = (limit: number): number => Math.max(1, Math.floor(limit * share));
  return {
    parameters: part(limits.parameters),
    leftOut: part(limits.leftOut),
    devices: part(limits.devices),
    steps: part(limits.steps),
    workers: part(limits.workers),
    problems: part(limits.problems),
    failures: part(limits.failures),
    interventions: part(limits.interventions),
    differences: part(limits.differences),
  };
}
