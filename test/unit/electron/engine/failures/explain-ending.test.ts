import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type EndingContext, explainEnding } from '../../../../../electron/engine/failures/explain-ending.ts';
import { MachineSigns } from '../../../../../electron/engine/failures/machine-signs.ts';
import { OomKills } from '../../../../../electron/engine/failures/oom-kills.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const CPU = { kind: 'cpu' as const, index: 0, uuid: null, name: 'CPU' };
const GPU = { kind: 'nvidia' as const, index: 1, uuid: 'GPU-1', name: 'NVIDIA RTX A6000' };
const PID = 512;

interface Given extends Partial<EndingContext> {
  log?: string;
  /** What `dmesg` prints. */
  kernel?: string;
  /** Rows of `nvidia-smi --query-gpu=uuid,pci.bus_id`. */
  cards?: string;
}

/** Explains an ending on a machine whose tools are scripts that print what is given. */
async function explain({ log = '', kernel, cards = '', ...given }: Given) {
  const folder = temporaryFolder();
  const logPath = join(folder, 'worker_0.log');
  writeFileSync(logPath, log);
  tool(folder, 'dmesg', kernel);
  tool(folder, 'nvidia-smi', cards);
  const machine = new MachineSigns({ PATH: folder }, new OomKills({ membership: '/nowhere', root: '/nowhere' }));
  const context = {
    exit_code: null,
    signal: null,
    cause: null,
    replacedFor: null,
    logPath,
    from: 0,
    seen: { device: CPU, mask: undefined },
    pids: new Set([PID]),
    unsureFrom: null,
    since: 100,
    killsBefore: null,
    ...given,
  };
  return explainEnding(context, machine);
}

function tool(folder: string, name: string, prints: string | undefined): void {
  if (prints === undefined) return;
  writeFileSync(join(folder, name), `#!/bin/sh\n/bin/cat <<'END'\n${prints}\nEND\n`, { mode: 0o755 });
}

describe('a process that was killed', () => {
  it('ran out of main memory where the kernel says so', async () => {
    const kernel = `[  150.000000] Out of memory: Killed process ${PID} (python) total-vm:9kB`;
    expect(await explain({ signal: 'SIGKILL', kernel, log: 'ok\n' })).toMatchObject({
      reason: 'host-out-of-memory',
      evidence: `Out of memory: Killed process ${PID} (python) total-vm:9kB`,
    });
  });

  it('was killed by somebody where the kernel does not say so, or said it before the start', async () => {
    const kernel = `[   50.000000] Out of memory: Killed process ${PID} (python)`;
    const found = await explain({ signal: 'SIGKILL', kernel, log: 'ok\n' });
    expect(found).toMatchObject({ reason: 'signal', evidence: 'ended by SIGKILL' });
    expect(found.advice).toContain('no out-of-memory kill');
  });

  it('may have been either where nobody can be asked, and the advice says so', async () => {
    const found = await explain({ signal: 'SIGKILL', log: 'ok\n' });
    expect(found.reason).toBe('signal');
    expect(found.advice).toContain('or the machine ran out of main memory');
  });

  it('is not explained by an error that it had survived', async () => {
    const log = 'CUDA out of memory. Tried to allocate 2 GiB\nbatch 2 done\nbatch 3 done\n';
    expect((await explain({ signal: 'SIGTERM', log })).reason).toBe('signal');
  });

  it.each(['SIGSEGV', 'SIGILL', 'SIGABRT'])('by %s is told what that means', async (signal) => {
    const found = await explain({ signal, log: 'ok\n' });
    expect(found).toMatchObject({ reason: 'signal', evidence: `ended by ${signal}` });
    expect(found.advice.length).toBeGreaterThan(40);
  });
});

describe('a device’s error in the kernel log', () => {
  const kernel = '[  150.000000] NVRM: Xid (PCI:0000:65:00): 79, pid=512, GPU has fallen off the bus.';
  const log =
    'Traceback (most recent call last):\n  File "a.py"\nRuntimeError: CUDA error: unspecified launch failure\n';
  const seen = { device: GPU, mask: undefined };

  it('is the cause; what the program saw of it stands beside', async () => {
    const found = await explain({
      exit_code: 1,
      log,
      kernel,
      seen,
      cards: 'GPU-1, 00000000:65:00.0\nGPU-0, 00000000:17:00.0',
    });
    expect(found).toMatchObject({
      reason: 'device-lost',
      evidence: 'GPU 1: NVRM: Xid (PCI:0000:65:00): 79, pid=512, GPU has fallen off the bus.',
      collateral: ['RuntimeError: CUDA error: unspecified launch failure'],
    });
    expect(found.advice).toContain('Xid 79');
  });

  it('belongs to a card that the driver no longer names when no other card stands there', async () => {
    expect((await explain({ exit_code: 1, log, kernel, seen, cards: 'GPU-0, 00000000:17:00.0' })).reason).toBe(
      'device-lost',
    );
  });

  it('of another card, or from before the start, is not its own', async () => {
    const cards = 'GPU-1, 00000000:17:00.0\nGPU-0, 00000000:65:00.0';
    expect((await explain({ exit_code: 1, log, kernel, seen, cards })).reason).toBe('poisoned-context');
    expect((await explain({ exit_code: 1, log, kernel, seen, cards: '', since: 900 })).reason).toBe('poisoned-context');
  });

  it('that the program itself caused stands beside what the program said', async () => {
    const fault = kernel.replace('79', '31');
    const found = await explain({ exit_code: 1, log, kernel: fault, seen, cards: 'GPU-1, 00000000:65:00.0' });
    expect(found).toMatchObject({
      reason: 'poisoned-context',
      evidence: expect.stringContaining('unspecified launch failure'),
    });
    expect(found.collateral?.join()).toContain('Xid');
  });
});

describe('an exit status', () => {
  it('is told with the exception that ended the program, or with its last line', async () => {
    const trace = 'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: \'batch\'\nbye\n';
    expect((await explain({ exit_code: 1, log: trace })).evidence).toBe("exit code 1; KeyError: 'batch'");
    expect((await explain({ exit_code: 3, log: 'one\ntwo\n' })).evidence).toBe('exit code 3; last line: two');
    expect((await explain({ exit_code: 3 })).evidence).toBe('exit code 3; last line: nothing was printed');
  });

  it('of a shell that could not run a program says so', async () => {
    expect((await explain({ exit_code: 127, log: 'x' })).reason).toBe('command-not-found');
    expect((await explain({ exit_code: 126, log: 'x' })).reason).toBe('permission-denied');
  });

  it('that nobody saw is lost', async () => {
    expect((await explain({})).reason).toBe('lost');
  });
});

it('what we did ourselves comes first', async () => {
  const log = 'CUDA out of memory\n';
  expect((await explain({ signal: 'SIGTERM', cause: 'timeout', log })).reason).toBe('timeout');
  expect((await explain({ signal: 'SIGTERM', cause: 'run-stopped', log })).reason).toBe('killed-by-us');
});
