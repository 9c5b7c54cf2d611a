/** "Did you mean …": the names closest to what was typed. */

/** Longer words are not misspelt names. Also what bounds the work. */
const LONGEST_WORD = 64;
const MOST_NAMES = 500;

/**
 * How many letters must be changed, added, dropped or swapped with their neighbour, none of them
 * twice (optimal string alignment).
 */
export function distance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = isSwap(a, b, row, column) ? at(beforeLast, column - 2) + 1 : changed;
      current.push(Math.min(at(last, column) + 1, at(current, column - 1) + 1, changed, swapped));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? 0;
}

function isSwap(a: string, b: string, row: number, column: number): boolean {
  const isInside = row > 1 && column > 1;
  return isInside && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
}

/** The names that `word` may have been meant as, closest first; none if nothing is close. */
export function nearestNames(word: string, names: readonly string[], most = 3): readonly string[] {
  const wanted = word.toLowerCase();
  if (wanted === '' || wanted.length > LONGEST_WORD) return [];
  return names
    .slice(0, MOST_NAMES)
    .filter((name) => name.length <= LONGEST_WORD)
    .map((name) => ({ name, score: score(wanted, name.toLowerCase()) }))
    .filter(({ name, score: far }) => far <= tolerance(wanted, name))
    .sort((a, b) => a.score - b.score || compare(a.name, b.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** The closest name alone, for a corrected example. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  return nearestNames(word, names, 1)[0];
}

/** A part of a name (`admin` for `lb-admin`) is as near as one wrong letter. */
function score(word: string, name: string): number {
  const far = distance(word, name);
  const isPart = word.length >= 3 && (name.includes(word) || word.includes(name));
  return isPart && far > 1 ? 1 : far;
}

function tolerance(word: string, name: string): number {
  return Math.max(1, Math.floor(Math.max(word.length, name.length) / 3));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** ` Did you mean `a` or `b`?`, or nothing. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = nearestNames(word, names);
  return near.length === 0 ? '' : ` Did you mean ${orList(near)}?`;
}

/** `a`, `b` or `c` */
export function orList(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop();
  if (last === undefined) return 'nothing';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
