import { describe, expect, it } from 'vitest';
import { hitTime } from '../../../../renderer/terminal/hit-time.ts';
import { isCard } from '../../../../renderer/terminal/webgl-renderer.ts';
import { clockTime } from '../../../../shared/format.ts';

const AT = '2026-11-21T05:15:02.500Z';

describe('the time of a line that was found', () => {
  it('is the one in it', () => {
    expect(hitTime(`{"time":"${AT}","level":"INFO"}`, 0)).toEqual({ text: clockTime(AT), exact: true });
    expect(hitTime('2026-11-21 05:15:02,500 - INFO - x', null)).toEqual({ text: '05:15:02', exact: true });
  });

  it('is else that of the journal, or none', () => {
    expect(hitTime('no time', Date.parse(AT) / 1000)).toEqual({ text: clockTime(AT), exact: false });
    expect(hitTime('2026-99-99 99:99:99', null)).toBeNull();
  });
});

describe('a graphics card is trusted to draw', () => {
  it.each([
    ['ANGLE (NVIDIA, NVIDIA GeForce RTX 4090/PCIe/SSE2, OpenGL 4.5.0)', true],
    ['Apple M3 Pro', true],
    ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)', false],
    ['llvmpipe (LLVM 15.0.7, 256 bits)', false],
    ['Microsoft Basic Render Driver', false],
    ['', false],
    [null, false],
  ])('%s: %s', (name, trusted) => {
    expect(isCard(name)).toBe(trusted);
  });
});
