import type { Device, DeviceSample } from '../../../shared/device.ts';
import {
  type AmdObject,
  amdBytes,
  amdNumber,
  amdText,
  parseAmdCards,
  unreadableAmdEntries,
  valueAt,
} from './parse-amd-json.ts';
import { type Probe, runTool, type ToolAnswer } from './run-tool.ts';

/**
 * Finds AMD cards with amd-smi. Tested against recorded answers only, not on a machine with such a card. Their index is the
 * place in the order of ROCm's runtime (the nodes of the kernel driver), which ROCR_VISIBLE_DEVICES counts by; amd-smi itself
 * counts by bus, which differs on some machines.
 */
export async function detectAmd(probe: Probe): Promise<{ devices: Device[]; problems: string[] }> {
  const list = await runTool('amd-smi', ['list', '--json'], probe);
  const cards = cardsOf(list);
  if (cards.length === 0) return { devices: [], problems: amdProblems(list) };
  const [fixed, figures] = await Promise.all([
    runTool('amd-smi', ['static', '--asic', '--vram', '--driver', '--json'], probe),
    runTool('amd-smi', METRIC_QUESTION, probe),
  ]);
  const facts = byNumber(cardsOf(fixed));
  const metrics = byNumber(cardsOf(figures));
  const devices = inRuntimeOrder(cards).map((card, index) => {
    const number = cardNumber(card);
    return amdDevice(card, index, facts.get(number) ?? {}, metrics.get(number) ?? {});
  });
  const odd = [...cards.filter((card) => !isNamed(card)), ...unreadableAmdEntries(textOf(list))];
  return { devices, problems: odd.map(amdCardProblem) };
}

/** Whether amd-smi says of a card which one it is. */
function isNamed(card: AmdObject): boolean {
  return cardNumber(card) !== null && (amdText(card['uuid']) !== null || amdText(card['bdf']) !== null);
}

function amdCardProblem(card: unknown): string {
  return `amd-smi lists a card that cannot be read: ${JSON.stringify(card)}. It may not work: run "amd-smi list" by hand and look at the kernel log.`;
}

/** The UUIDs of the cards by amd-smi's own numbers, which its figures go by; empty when it does not answer. */
export async function amdUuids(probe: Probe): Promise<Map<number | null, string | null>> {
  const list = await runTool('amd-smi', ['list', '--json'], probe);
  return new Map(cardsOf(list).map((card) => [cardNumber(card), amdText(card['uuid'])]));
}

/** The figures now, by UUID; empty when amd-smi does not answer. */
export async function sampleAmd(
  uuids: ReadonlyMap<number | null, string | null>,
  probe: Probe,
): Promise<Map<string, DeviceSample>> {
  const samples = new Map<string, DeviceSample>();
  for (const card of cardsOf(await runTool('amd-smi', METRIC_QUESTION, probe))) {
    const uuid = uuids.get(cardNumber(card)) ?? null;
    if (uuid !== null) samples.set(uuid, amdSample(card, {}));
  }
  return samples;
}

/** Never with `-w`: streaming JSON is broken in several releases. */
const METRIC_QUESTION = ['metric', '--usage', '--mem-usage', '--power', '--temperature', '--json'];

function cardsOf(answer: ToolAnswer): AmdObject[] {
  return parseAmdCards(textOf(answer));
}

function textOf(answer: ToolAnswer): string {
  return answer.kind === 'answered' || answer.kind === 'failed' ? answer.stdout : '';
}

function amdProblems(answer: ToolAnswer): string[] {
  switch (answer.kind) {
    case 'missing':
    case 'aborted':
      return [];
    case 'timeout':
      return [
        `amd-smi gave no answer within ${answer.seconds} s, so no AMD device is used. Run it by hand and look at the kernel log.`,
      ];
    case 'answered':
    case 'failed':
      return [
        'amd-smi is installed but lists no device, so no AMD device is used. Run "amd-smi list" by hand: the amdgpu driver may not be loaded, or your user not be in the groups "render" and "video".',
      ];
  }
}

function byNumber(cards: readonly AmdObject[]): Map<number | null, AmdObject> {
  return new Map(cards.map((card) => [cardNumber(card), card]));
}

function cardNumber(card: AmdObject): number | null {
  return amdNumber(card['gpu']);
}

function inRuntimeOrder(cards: readonly AmdObject[]): AmdObject[] {
  const known = cards.every((card) => amdNumber(card['node_id']) !== null);
  const key = known ? 'node_id' : 'gpu';
  return cards.toSorted((left, right) => (amdNumber(left[key]) ?? 0) - (amdNumber(right[key]) ?? 0));
}

function amdDevice(card: AmdObject, index: number, facts: AmdObject, metric: AmdObject): Device {
  return {
    kind: 'amd',
    index,
    uuid: amdText(card['uuid']),
    name: amdText(valueAt(facts, 'asic', 'market_name')) ?? 'AMD GPU',
    ...amdSample(metric, facts),
    driver: amdText(valueAt(facts, 'driver', 'version')) ?? amdText(valueAt(facts, 'driver', 'driver_version')),
    parent_index: null,
    unified_memory: false,
    processes: [],
  };
}

/** The figures of a card. Names differ between releases and chips; what is not there or `"N/A"` is null. */
function amdSample(metric: AmdObject, facts: AmdObject): DeviceSample {
  const total = amdBytes(valueAt(metric, 'mem_usage', 'total_vram')) ?? amdBytes(valueAt(facts, 'vram', 'size'));
  const used = amdBytes(valueAt(metric, 'mem_usage', 'used_vram'));
  return {
    memory_total: total,
    memory_used: used,
    memory_free: amdBytes(valueAt(metric, 'mem_usage', 'free_vram')),
    utilization: amdNumber(valueAt(metric, 'usage', 'gfx_activity')),
    temperature: amdNumber(valueAt(metric, 'temperature', 'edge'), valueAt(metric, 'temperature', 'hotspot')),
    power: amdNumber(
      valueAt(metric, 'power', 'socket_power'),
      valueAt(metric, 'power', 'current_socket_power'),
      valueAt(metric, 'power', 'average_socket_power'),
    ),
  };
}
