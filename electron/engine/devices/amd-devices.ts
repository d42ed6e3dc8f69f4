import type { Device, DeviceSample } from '../../../shared/device.ts';
import { Poll, type WatchTarget, type WatchTimes } from './device-reading.ts';
import { type Probe, runTool, type ToolAnswer } from './run-tool.ts';

/**
 * Finds AMD cards with amd-smi. Tested against recorded answers only, not on a machine with such a card. Their index is the position in the order of
 * ROCm's runtime (the nodes of the kernel driver), which ROCR_VISIBLE_DEVICES uses. amd-smi itself counts by bus, which differs on some machines.
 */
export async function detectAmd(probe: Probe): Promise<{ devices: Device[]; problems: string[] }> {
  const list = await runTool('amd-smi', ['list', '--json'], probe);
  const cards = cardsOf(list);
  if (cards.length === 0) return { devices: [], problems: amdProblems(list) };
  const [fixed, figures] = await Promise.all([
    runTool('amd-smi', ['static', '--asic', '--vram', '--driver', '--json'], probe),
    runTool('amd-smi', METRIC_ARGUMENTS, probe),
  ]);
  const facts = byNumber(cardsOf(fixed));
  const metrics = byNumber(cardsOf(figures));
  const devices = inRuntimeOrder(cards).map((card, index) => {
    const number = cardNumber(card);
    return amdDevice(card, index, facts.get(number) ?? {}, metrics.get(number) ?? {});
  });
  const unreadable = [...cards.filter((card) => !isNamed(card)), ...unreadableAmdEntries(textOf(list))];
  return { devices, problems: unreadable.map(amdCardProblem) };
}

/** Returns whether amd-smi identifies a card. */
function isNamed(card: AmdObject): boolean {
  return cardNumber(card) !== null && (amdText(card['uuid']) !== null || amdText(card['bdf']) !== null);
}

function amdCardProblem(card: unknown): string {
  return `amd-smi lists a card that cannot be read: ${JSON.stringify(card)}. It may not work: run "amd-smi list" by hand and look at the kernel log.`;
}

/** Returns the UUIDs of the cards by amd-smi's own numbers, which its figures use; empty when it does not answer. */
async function amdUuids(probe: Probe): Promise<Map<number | null, string | null>> {
  const list = await runTool('amd-smi', ['list', '--json'], probe);
  return new Map(cardsOf(list).map((card) => [cardNumber(card), amdText(card['uuid'])]));
}

/** Returns the figures now, by UUID; empty when amd-smi does not answer. */
async function sampleAmd(
  uuids: ReadonlyMap<number | null, string | null>,
  probe: Probe,
): Promise<Map<string, DeviceSample>> {
  const samples = new Map<string, DeviceSample>();
  for (const card of cardsOf(await runTool('amd-smi', METRIC_ARGUMENTS, probe))) {
    const uuid = uuids.get(cardNumber(card)) ?? null;
    if (uuid !== null) samples.set(uuid, amdSample(card, {}));
  }
  return samples;
}

/** Never with `-w`: streaming JSON is broken in several releases. */
const METRIC_ARGUMENTS = ['metric', '--usage', '--mem-usage', '--power', '--temperature', '--json'];

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

/** Returns the figures of a card. Names differ between releases and chips. What is missing or `"N/A"` is null. */
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

/** One card's object in an answer of `amd-smi … --json`. */
type AmdObject = Readonly<Record<string, unknown>>;

/** Returns the card objects of an answer. Anything else is no card. */
export function parseAmdCards(text: string): AmdObject[] {
  return parseAmdEntries(text).filter(isObject);
}

/** Returns what an answer has in place of card objects. */
function unreadableAmdEntries(text: string): unknown[] {
  return parseAmdEntries(text).filter((entry) => !isObject(entry));
}

/** The top level is a list or `{"gpu_data": [...]}`, depending on the release, and warnings may come before it. */
function parseAmdEntries(text: string): unknown[] {
  const value = parseJson(text) ?? parseJson(text.slice(Math.max(0, text.search(/^[[{]/m))));
  const list = isObject(value) ? value['gpu_data'] : value;
  return Array.isArray(list) ? list : [];
}

/** Returns the value at a path of keys; undefined where the path ends early. */
function valueAt(card: AmdObject, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), card);
}

/** Returns the first of several values that is a number: bare, as digits in a text, or as `{value, unit}`. `"N/A"` is null. */
export function amdNumber(...candidates: readonly unknown[]): number | null {
  for (const candidate of candidates) {
    const value = isObject(candidate) ? candidate['value'] : candidate;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  }
  return null;
}

/** Bytes in an unit as amd-smi names them; its `MB` is 2^20. */
const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

/** Returns an amount of memory in bytes; without a unit it is in MB. */
export function amdBytes(candidate: unknown): number | null {
  const amount = amdNumber(candidate);
  const unit = isObject(candidate) ? candidate['unit'] : 'MB';
  const factor = typeof unit === 'string' ? UNITS[unit.toUpperCase()] : undefined;
  return amount === null || amount < 0 || factor === undefined ? null : amount * factor;
}

/** Returns a text; empty ones and `N/A` are null. */
function amdText(candidate: unknown): string | null {
  return typeof candidate === 'string' && !['', 'N/A'].includes(candidate.trim()) ? candidate.trim() : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Watches AMD cards by repeated calls of amd-smi: its own streaming is broken in several releases. */
export function watchAmd(
  devices: readonly Device[],
  env: NodeJS.ProcessEnv,
  times: WatchTimes,
  target: WatchTarget,
): Poll {
  const stale = new Set<Device>();
  let uuids: Awaited<ReturnType<typeof amdUuids>> = new Map();
  return new Poll(times.amdIntervalMs, async (signal) => {
    if (uuids.size === 0) uuids = await amdUuids({ env, signal });
    const samples = await sampleAmd(uuids, { env, signal });
    if (signal.aborted) return;
    for (const device of devices) {
      const sample = samples.get(device.uuid ?? '') ?? null;
      if (sample !== null) {
        stale.delete(device);
      } else if (stale.has(device)) {
        continue;
      } else {
        stale.add(device);
        target.onProblem(
          `amd-smi has no data on GPU ${device.index} (${device.name}); its figures are unknown for now. If this goes on, run amd-smi by hand.`,
        );
      }
      target.onSample({ device, sample, stale: sample === null });
    }
  });
}
