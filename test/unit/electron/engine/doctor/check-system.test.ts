import { describe, expect, it } from 'vitest';
import { checkLimits, checkTools } from '../../../../../electron/engine/doctor/check-system.ts';

const limits = (files: string, processes: string): string =>
  [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    `Max processes             ${processes.padEnd(20)} unlimited            processes `,
    `Max open files            ${files.padEnd(20)} 1048576              files     `,
  ].join('\n');

describe('checkLimits', () => {
  it('is content with usual limits, and with none', () => {
    expect(checkLimits(limits('4096', '96365'))[0]).toMatchObject({ status: 'ok' });
    expect(checkLimits(limits('unlimited', 'unlimited'))[0]).toMatchObject({ status: 'ok', advice: null });
  });

  it('warns of few open files and says how to have more', () => {
    const [check] = checkLimits(limits('256', '96365'));
    expect(check).toMatchObject({ status: 'warning' });
    expect(check?.advice).toContain('ulimit -n');
  });

  it('warns of few processes', () => {
    expect(checkLimits(limits('4096', '200'))[0]?.advice).toContain('ulimit -u');
  });

  it('says nothing where the system does not tell', () => {
    expect(checkLimits(null)).toEqual([]);
  });
});

describe('checkTools', () => {
  it('says what each missing tool is for', () => {
    const { found, status } = checkTools({ PATH: '/nowhere' });
    expect(status).toBe('ok');
    expect(found).toContain('no nvidia-smi (NVIDIA devices and their figures)');
  });
});
