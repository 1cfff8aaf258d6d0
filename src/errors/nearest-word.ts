/** The share of a word that a typing mistake changes at most. */
const MAX_CHANGED_SHARE = 1 / 3;
/** A longer text is no name, and comparing it would take long. */
const MAX_LENGTH = 64;
const MIN_PART_LENGTH = 4;

/**
 * The word that a writer probably meant, for "did you mean"; undefined if none resembles it. Case and separators do not count:
 * `User-Name` is `username`. A part of a word, at its beginning or end, means it too: `user` is `username`.
 */
export function nearestWord(text: string, words: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = Infinity;
  for (const word of words) {
    const edits = editsToward(text, word) ?? editsTowardPart(coreOf(text), coreOf(word)) ?? Infinity;
    if (edits < fewest) [nearest, fewest] = [word, edits];
  }
  return nearest;
}

/** The number of typing mistakes that make a text of a word, by the rules of {@link nearestWord}; undefined for too many. */
export function editsToward(text: string, word: string): number | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [one, other] = [coreOf(text), coreOf(word)];
  if (one === other) return 0;
  const allowed = Math.floor(Math.max(one.length, other.length) * MAX_CHANGED_SHARE);
  if (Math.abs(one.length - other.length) > allowed) return undefined;
  const edits = editsBetween(one, other);
  return edits <= allowed ? edits : undefined;
}

/** Fewer letters that are missing make a part the nearer one, and any is further than a typing mistake. */
function editsTowardPart(one: string, other: string): number | undefined {
  const [part, whole] = one.length < other.length ? [one, other] : [other, one];
  const isPart = part.length >= MIN_PART_LENGTH && (whole.startsWith(part) || whole.endsWith(part));
  return isPart ? whole.length : undefined;
}

function coreOf(text: string): string {
  return text.toLowerCase().replaceAll(/[_\s-]/g, '');
}

/** The number of insertions, deletions, substitutions and transpositions (optimal string alignment distance). */
export function editsBetween(one: string, other: string): number {
  let [twoAbove, above]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          (above[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (above[column - 1] ?? 0) + (isSame ? 0 : 1),
          row > 1 && column > 1 && isSwapped ? (twoAbove[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [twoAbove, above] = [above, current];
  }
  return above[other.length] ?? 0;
}
