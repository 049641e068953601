// Compares ways to do the same thing, and shows the comparison as a table.

/** What was measured of one way, as the table shows it. A ratio of 2 means twice as long as the first way. */
export type Row = [way: string, times: string, ratios: string];

/**
 * Measures several ways in turn. Every second round has the opposite order, so that whatever else the machine
 * does affects all ways alike.
 *
 * @param seconds - how long: no round begins after this time, except the first two, which have both orders
 * @param ways - by name, how to measure each way: the function returns times in milliseconds
 * @returns a row for each way; the others are compared with the first
 */
export async function takeTurns(
  seconds: number,
  ways: Record<string, () => Promise<number[]>>,
): Promise<Row[]> {
  const end = performance.now() + seconds * 1_000;
  const turns = Object.entries(ways).map(([way, measure]) => {
    const rounds: number[][] = [];
    return { way, measure, rounds };
  });
  const measured = [...turns];
  // The first measurement takes longer than the others, and does not count.
  for (const { measure } of turns) await measure();
  for (let round = 0; round < 2 || performance.now() < end; round++) {
    for (const { measure, rounds } of turns) rounds.push(await measure());
    turns.reverse();
  }

  const medians = measured.map(({ rounds }) => rounds.map(median));
  return measured.map(({ way, rounds }, i) => {
    const ratios = rounds.map((times, round) => median(times) / (medians[0]?.[round] ?? 0));
    return [way, medianAndRange(rounds.flat()), i === 0 ? "1" : medianAndRange(ratios)];
  });
}

/** Shows the median and, in parentheses, the range of nine of ten values. */
function medianAndRange(values: number[]) {
  const range = `${figure(quantile(values, 0.05))} to ${figure(quantile(values, 0.95))}`;
  return `${figure(median(values))} (${range})`;
}

const median = (values: number[]) => quantile(values, 0.5);

/** The value that a share of the values does not exceed, interpolated between the two nearest ones. */
function quantile(values: number[], share: number) {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position % 1);
}

/** Shows three digits, or two of a value that is less than 1. */
const figure = (value: number) => String(Number(value.toPrecision(value < 1 ? 2 : 3)));

/**
 * Shows the rows of several browsers next to each other.
 *
 * @param browsers - by name, what was measured in each browser: the same ways
 * @returns a table in Markdown
 */
export function table(browsers: Record<string, Row[]>): string {
  const headings = Object.keys(browsers).flatMap((name) => [`${name}, in ms`, "ratio"]);
  const [first = [], ...others] = Object.values(browsers);
  const rows = first.map((row, i) => [...row, ...others.flatMap((rows) => rows[i]?.slice(1))]);
  return [["", ...headings], ["---", ...headings.map(() => "---")], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
