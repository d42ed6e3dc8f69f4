import { LINE_COLUMNS } from '../../../shared/text-columns.ts';

/** The last section of a summary. The archive holds the summary without it, as it cannot hold its own checksum. */
const HEADING = '== Archive ';

/** What the block says. */
export interface ArchiveFacts {
  /** Bytes. */
  size: number;
  sha256: string;
  /** ISO time. */
  made: string;
}

/** A heading of a summary's section. */
export function heading(title: string): string {
  return `== ${title} `.padEnd(LINE_COLUMNS, '=');
}

/** The summary as it stands in the archive. */
export function withoutArchiveBlock(summary: string): string {
  const at = summary.lastIndexOf(`\n${HEADING}`);
  return at < 0 ? summary : summary.slice(0, at);
}

/** The summary with the archive's size and checksum at its end, in place of what stood there. */
export function withArchiveBlock(summary: string, archive: ArchiveFacts): string {
  const lines = [
    heading('Archive'),
    'File       run.tar.gz',
    `Size       ${archive.size} bytes`,
    `SHA-256    ${archive.sha256}`,
    `Made       ${archive.made}`,
    '',
  ];
  return `${withoutArchiveBlock(summary)}\n${lines.join('\n')}`;
}
