/** What stands in for an index where rows are kept in maps and lists. */

/** Those that stand under one key: none yet, for a new one. */
export function among<Value>(index: Map<string, Set<Value>>, key: string): Set<Value> {
  const known = index.get(key);
  if (known !== undefined) return known;
  const fresh = new Set<Value>();
  index.set(key, fresh);
  return fresh;
}

/** Where those begin that lie behind some place of a sorted list. */
export function firstIndex<Value>(
  sorted: readonly Value[],
  isBehind: (value: Value) => boolean,
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle];
    if (value === undefined || isBehind(value)) high = middle;
    else low = middle + 1;
  }
  return low;
}
