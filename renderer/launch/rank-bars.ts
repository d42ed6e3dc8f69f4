import type { Plan, PlanRank } from '../../shared/contract/launch.ts';

/** More parts than this cannot be distinguished in a bar, so the smallest are drawn as one. */
const PARTS_PER_BAR = 60;

interface BarPart {
  /** Where it begins and how long it is, relative to the longest bar: 0 to 1. */
  from: number;
  length: number;
  /** The number of items in it, and the file if it is one item. */
  items: number;
  file: string | null;
}

export interface RankBar {
  rank: PlanRank;
  parts: BarPart[];
}

/** Returns one bar per rank, its items stacked from the largest; all bars have the same scale. */
export function rankBars(plan: Plan): RankBar[] {
  const longest = Math.max(0, ...plan.ranks.map(({ load }) => load));
  return plan.ranks.map((rank) => ({ rank, parts: longest > 0 ? stacked(rank, longest) : [] }));
}

function stacked(rank: PlanRank, longest: number): BarPart[] {
  const items = rank.items.toSorted((a, b) => b.cost - a.cost);
  const single = items.length > PARTS_PER_BAR ? items.slice(0, PARTS_PER_BAR - 1) : items;
  const rest = items.slice(single.length);
  const parts = single.map(({ cost, file }) => ({ cost, items: 1, file: file as string | null }));
  if (rest.length > 0)
    parts.push({ cost: rest.reduce((sum, { cost }) => sum + cost, 0), items: rest.length, file: null });
  let from = 0;
  return parts.map(({ cost, ...what }) => {
    const part = { from, length: cost / longest, ...what };
    from += part.length;
    return part;
  });
}

/** Loads that differ by less than this share look the same in the bars. */
const ALIKE = 0.02;

/**
 * Describes how far the assignment is from the best possible one. The bars, the loads and this text are all about cost: how the work is
 * distributed, not when it ends. If one file costs more than all others together, nothing can be balanced.
 */
export function balanceInWords({ imbalance, ranks }: Pick<Plan, 'imbalance' | 'ranks'>): string {
  const percent = (imbalance - 1) * 100;
  const loads = ranks.map(({ load }) => load);
  const areAlike = Math.min(...loads) >= Math.max(...loads) * (1 - ALIKE);
  if (percent < 0.05) return areAlike ? 'costs are perfectly even' : 'costs are as even as these files allow';
  return `${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} % above the most even costs`;
}
