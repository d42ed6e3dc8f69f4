// A queue worker that waits a millisecond for each byte of its file.
import { appendFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const reportFile = process.env.DROVER_REPORT_FILE;

for await (const line of createInterface({ input: process.stdin })) {
  const { file } = JSON.parse(line);
  report({ file, status: 'started' });
  await sleep(statSync(file).size);
  report({ file, status: 'complete' });
}

function report(content) {
  appendFileSync(reportFile, `${JSON.stringify(content)}\n`);
}
