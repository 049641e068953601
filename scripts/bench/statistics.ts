/**
 * Finds the value that a share of some values does not exceed.
 *
 * @param values - in any order
 * @param share - 0.5 for the median, 0.99 for the 99th percentile
 */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at % 1);
}

export const median = (values: number[]) => quantile(values, 0.5);

/** The middle of some values, and the range that contains nine of ten. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

export const spread = (values: number[]): Spread => ({
  median: median(values),
  low: quantile(values, 0.05),
  high: quantile(values, 0.95),
});

/**
 * Compares two ways that took turns, block by block.
 *
 * @param blocks - what was measured
 * @param base - what it is compared with
 * @returns the ratios of the medians of two blocks each: in one of them, the way came first, in the other last
 */
export function ratio(blocks: number[][], base: number[][]): Spread {
  const ratios: number[] = [];
  for (let i = 0; i + 1 < blocks.length; i += 2) {
    const both = (all: number[][]) => median(all.slice(i, i + 2).flat());
    ratios.push(both(blocks) / both(base));
  }
  return spread(ratios);
}

/**
 * Measures several ways in turn, in the other order each time, so that what changes in the machine
 * meanwhile changes all alike.
 *
 * @param count - how often: an even number
 * @param ways - each measures a block. A first one of each is left out.
 * @returns for each way its blocks
 */
export async function alternate<Way extends string, Block>(
  count: number,
  ways: Record<Way, () => Promise<Block>>,
): Promise<Record<Way, Block[]>> {
  const entries = Object.entries(ways) as [Way, () => Promise<Block>][];
  const measured = {} as Record<Way, Block[]>;
  for (const [way, measure] of entries) {
    await measure();
    measured[way] = [];
  }
  for (let i = 0; i < count; i++) {
    for (const [way, measure] of entries) measured[way].push(await measure());
    entries.reverse();
  }
  return measured;
}
