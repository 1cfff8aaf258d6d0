/** The median of some numbers; undefined if one is unknown. */
export function median(numbers) {
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) return undefined;
  const sorted = numbers.toSorted((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** @param share between 0 and 1, e.g. 0.99 */
export function percentile(numbers, share) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
