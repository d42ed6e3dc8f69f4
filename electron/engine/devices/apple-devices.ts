import { z } from 'zod';
import type { Device } from '../../../shared/device.ts';
import { hostDevice } from './host-device.ts';
import { type Probe, runTool } from './run-tool.ts';

/** The part of `system_profiler SPDisplaysDataType -json` that is read. */
const displaysSchema = z.object({ SPDisplaysDataType: z.array(z.object({ sppci_model: z.string() })) });

/**
 * Returns the GPU of an Apple processor: its name, and the memory it shares with the processor. Written after the tool's format; not tried on a
 * machine with such a processor.
 */
export async function detectApple(probe: Probe): Promise<Device[]> {
  const answer = await runTool('system_profiler', ['SPDisplaysDataType', '-json'], probe);
  const name = answer.kind === 'answered' ? appleGpuName(answer.stdout) : null;
  return name === null ? [] : [hostDevice({ kind: 'apple', index: 0, name })];
}

/** Returns the name of the processor's own GPU; null when there is none (Macs with Intel processors). */
function appleGpuName(text: string): string | null {
  try {
    const displays = displaysSchema.parse(JSON.parse(text)).SPDisplaysDataType;
    return displays.find((display) => display.sppci_model.startsWith('Apple '))?.sppci_model ?? null;
  } catch {
    return null;
  }
}
