import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findOomKill, OomKills, parseKernelLog, since } from '../../../../../electron/engine/failures/oom-kills.ts';
import { parseXid, plainBus } from '../../../../../electron/engine/failures/xid.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const LOG = `[ 1843.308145] NVRM: Xid (PCI:0000:3b:00): 79, pid=4711, name=python, GPU has fallen off the bus.
<6>[ 1900.000001] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,task=python,pid=512,uid=0
[ 1900.000002] Memory cgroup out of memory: Killed process 512 (python) total-vm:9000kB, anon-rss:8000kB
-- Boot 3f --`;

describe('the kernel log', () => {
  it('is read with the times that it has', () => {
    expect(parseKernelLog(LOG).map(({ at }) => at)).toEqual([1843.308145, 1900.000001, 1900.000002, null]);
    expect(since(parseKernelLog(LOG), 1900).map(({ at }) => at)).toEqual([1900.000001, 1900.000002, null]);
  });

  it('names the process that it killed for want of memory', () => {
    const lines = parseKernelLog(LOG);
    expect(findOomKill(lines, new Set([511, 512]))).toMatch(/^Memory cgroup out of memory: Killed process 512/);
    expect(findOomKill(lines, new Set([511]))).toBeNull();
  });

  it('may hold anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const line of parseKernelLog(text)) expect(parseXid(line.text)?.bus ?? '').toEqual(expect.any(String));
      }),
    );
  });
});

describe('an error of the NVIDIA driver', () => {
  it.each([
    ['NVRM: Xid (PCI:0000:3b:00): 79, pid=1, GPU has fallen off the bus.', '0000:3b:00', 'device-lost'],
    ['NVRM: Xid (PCI:0000:B3:00): 31, pid=1, Ch 00000008, MMU Fault', '0000:b3:00', 'poisoned-context'],
    ['NVRM: Xid (PCI:0000:b3:00): 48, DBE (double bit error)', '0000:b3:00', 'device-fault'],
    ['NVRM: Xid (PCI:0000:b3:00): 777, something new', '0000:b3:00', 'device-fault'],
    ['NVRM: The NVIDIA GPU 0000:b3:00.0', '0000:b3:00', 'device-lost'],
  ])('%s', (line, bus, reason) => {
    expect(parseXid(line)).toMatchObject({ bus, meaning: { reason } });
  });

  it('is none in another line, and a bus is compared as the kernel writes it', () => {
    expect(parseXid('NVRM: loading NVIDIA UNIX Kernel Module  550.163.01')).toBeNull();
    expect(plainBus('00000000:3B:00.0')).toBe('0000:3b:00');
  });
});

describe('kills for want of memory that the kernel counted', () => {
  function counter(version: 1 | 2) {
    const folder = temporaryFolder();
    const group = version === 2 ? 'job' : 'memory/job';
    mkdirSync(join(folder, group), { recursive: true });
    writeFileSync(join(folder, 'cgroup'), version === 2 ? '0::/job\n' : '9:name=systemd:/\n4:memory:/job\n');
    const file = join(folder, group, version === 2 ? 'memory.events' : 'memory.oom_control');
    const set = (kills: number): void =>
      writeFileSync(file, `low 0\noom ${kills}\noom_kill ${kills}\noom_group_kill 0\n`);
    set(0);
    return { kills: new OomKills({ membership: join(folder, 'cgroup'), root: folder }), set };
  }

  it.each([1, 2] as const)('are read from version %i of control groups', (version) => {
    const { kills, set } = counter(version);
    expect(kills.count()).toBe(0);
    set(3);
    expect(kills.count()).toBe(3);
  });

  it('explain one dead worker each, and none that died by hand', () => {
    const { kills, set } = counter(2);
    set(2);
    expect([kills.claim(0), kills.claim(0), kills.claim(0)]).toEqual([true, true, false]);
    set(3);
    expect([kills.claim(3), kills.claim(2), kills.claim(2)]).toEqual([false, true, false]);
  });

  it('are looked at once for starts that follow each other closely', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { kills, set } = counter(2);
    set(1);
    expect(kills.baseline()).toBe(1);
    set(2);
    vi.advanceTimersByTime(199);
    expect([kills.baseline(), kills.count()]).toEqual([1, 2]);
    vi.advanceTimersByTime(1);
    expect(kills.baseline()).toBe(2);
  });

  it('between the look and a start explain the worker that died of them, not the one that was started', () => {
    const { kills, set } = counter(2);
    const died = kills.baseline();
    set(1);
    const startedSoonAfter = kills.baseline();
    expect([kills.claim(died), kills.claim(startedSoonAfter)]).toEqual([true, false]);
  });

  it('are unknown where the system does not tell', () => {
    const nowhere = new OomKills({ membership: '/nowhere', root: '/nowhere' });
    expect([nowhere.count(), nowhere.claim(0)]).toEqual([null, null]);
    expect(counter(1).kills.claim(null)).toBeNull();
  });
});
