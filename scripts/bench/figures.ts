/** Small arithmetic of the benches. */

/** The value below which this part (0 to 1) of them lies; 0 for none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? sorted[0] ?? 0;
}

export const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);

export interface Point {
  x: number;
  y: number;
}

export interface Slope {
  perX: number;
  /** half of the interval that holds the slope in 95 of 100 runs, neighbours' likeness reckoned with */
  within: number;
}

/** Least squares. Samples of one process hang together, so the interval counts only as many as are independent (lag one of the residuals). */
export function slopeOf(points: readonly Point[]): Slope {
  const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  if (points.length < 3 || spread === 0) return { perX: 0, within: Infinity };
  const perX = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
  const rests = points.map((point) => point.y - y - perX * (point.x - x));
  const squares = rests.reduce((sum, rest) => sum + rest ** 2, 0);
  const likeness = squares === 0 ? 0 : Math.max(0, rests.slice(1).reduce((sum, rest, index) => sum + rest * (rests[index] ?? 0), 0) / squares);
  const independent = Math.max(3, (points.length * (1 - likeness)) / (1 + likeness));
  return { perX, within: 2 * Math.sqrt((squares / (points.length - 2) / spread) * (points.length / independent)) };
}

/** The longest pause between neighbours among ascending instants from `from` to `to`; the ends count as instants. */
export function longestGap(instants: readonly number[], from: number, to: number): number {
  const within = [from, ...instants.filter((at) => at > from && at < to), to];
  return Math.max(...within.slice(1).map((at, index) => at - (within[index] ?? at)));
}
