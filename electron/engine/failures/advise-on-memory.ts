import { adviceFor } from '../../../shared/run/failure.ts';

/** `Process 4711 has 20.11 GiB memory in use.`, which PyTorch says of every process that it sees on the device. */
const OTHER_PROCESS = /Process (\d+) has ([\d.]+ [KMGT]iB) memory in use/g;
const TRIED = /Tried to allocate ([\d.]+) ([KMGT])iB/;
const UNUSED = /([\d.]+) ([KMGT])iB (?:is reserved by PyTorch but unallocated|reserved in total)/;
const POWERS = { K: 1, M: 2, G: 3, T: 4 };

/** What to do about a message of too little device memory, as its figures allow: whose memory it is, and whether it is only scattered. */
export function adviseOnMemory(line: string): string {
  const others = [...line.matchAll(OTHER_PROCESS)].map(([, pid, size]) => `process ${pid ?? ''} holds ${size ?? ''}`);
  const standing = adviceFor('cuda-out-of-memory');
  if (others.length > 0) return `${standing} Beside this worker ${others.join(', ')} of the device.`;
  const tried = bytes(TRIED.exec(line));
  const unused = line.includes('unallocated') ? bytes(UNUSED.exec(line)) : null;
  if (tried === null || unused === null || unused < tried) return standing;
  return `${standing} Its free memory is scattered: PYTORCH_ALLOC_CONF=expandable_segments:True in the step’s "env" may be enough.`;
}

function bytes(match: RegExpExecArray | null): number | null {
  const power = POWERS[match?.[2] as keyof typeof POWERS];
  return match === null || power === undefined ? null : Number(match[1]) * 1024 ** power;
}
