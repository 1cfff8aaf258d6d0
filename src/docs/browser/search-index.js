/**
 * A place of the page that can be found.
 * @typedef {object} Entry
 * @property {string} id its anchor
 * @property {string} title the title of its section
 * @property {string} name the path of a call, or the name of a field, a header or an error
 * @property {string} text
 * @property {boolean} isSection
 * @property {number} bonus orders entries that match alike: of a call and its own fields, the call comes first
 */

/** An entry with the words of its fields. @typedef {{ entry: Entry, fields: { words: string[], weight: number }[] }} Indexed */

/** One of the phrases that a part of the query may stand for. @typedef {{ words: string[], isTyped: boolean }} Phrase */

/** Phrases that mean the same here. */
const SYNONYMS = [
  ['revoke', 'delete', 'disable', 'end', 'log out', 'logout'],
  ['rate limit', 'throttle', 'throttling', 'brute force', 'brute', 'too many', 'retry-after'],
  ['api key', 'apikey', 'auth header', 'developer key'],
  ['sign in', 'signin', 'log in', 'login', 'authenticate'],
  ['sign out', 'signout', 'log out', 'logout'],
  ['sign up', 'signup', 'register', 'add a user'],
  ['pagination', 'paging', 'cursor'],
  ['refresh', 'renew'],
  ['whitelist', 'allowlist', 'allowed ips'],
  ['permission', 'role', 'scope'],
  ['expiry', 'expires', 'expiration', 'ttl', 'lifetime'],
  ['public key', 'jwks', 'key set'],
  ['ban', 'block', 'disable', 'lock'],
  ['log', 'audit'],
].map((phrases) => phrases.map((phrase) => wordsOf(phrase)));

const WEIGHTS = { title: 10, name: 8, context: 4, text: 2 };
/** What a match counts that is not the whole word, or not the word that was typed. */
const FOR_PREFIX = 0.7;
const FOR_SYNONYM = 0.6;
/** A shorter word has too many neighbours to guess which was meant. */
const LEAST_LENGTH_OF_A_TYPO = 4;

/** The words of a text in lower case; `allowedIps` is also `allowed` and `ips`. */
export function wordsOf(/** @type {string} */ text, splitsNames = false) {
  return text.split(/[^\p{L}\p{N}]+/u).flatMap((word) => {
    if (word === '') return [];
    const parts = splitsNames ? word.split(/(?<=[a-z])(?=[A-Z])/) : [];
    return [...(parts.length > 1 ? parts : []), word].map((part) => part.toLowerCase());
  });
}

/** Prepares entries to be searched. */
export function indexOf(/** @type {Entry[]} */ entries) {
  const indexed = entries.map((entry) => {
    const { title, name, text, isSection } = entry;
    const field = (/** @type {string} */ content, /** @type {number} */ weight) => ({
      words: wordsOf(content, true),
      weight,
    });
    return {
      entry,
      fields: [
        field(title, isSection ? WEIGHTS.title : WEIGHTS.context),
        field(name, WEIGHTS.name),
        field(text, WEIGHTS.text),
      ],
    };
  });
  const vocabulary = new Set([
    ...SYNONYMS.flat(2),
    ...indexed.flatMap(({ fields }) => fields.flatMap(({ words }) => words)),
  ]);
  return { indexed, vocabulary: [...vocabulary] };
}

/**
 * The entries that match every part of a query, the best first.
 * @param {ReturnType<typeof indexOf>} index
 * @param {string} query
 */
export function search({ indexed, vocabulary }, query) {
  const typed = query
    .split(/\s+/)
    .map((token) => wordsOf(token))
    .filter(({ length }) => length > 0);
  const tokens = typed.map((words) => words.map((word) => corrected(word, vocabulary)));
  const parts = partsOf(tokens);
  const scored = indexed.flatMap(({ entry, fields }) => {
    const scores = parts.map((phrases) => bestOf(phrases, fields));
    if (parts.length === 0 || scores.includes(0)) return [];
    // A row whose section alone matches would repeat its section.
    const own = entry.isSection ? fields : fields.slice(1);
    if (!parts.some((phrases) => bestOf(phrases, own) > 0)) return [];
    return [{ entry, score: scores.reduce((sum, score) => sum + score, entry.bonus) }];
  });
  scored.sort((one, other) => other.score - one.score);
  const correction = tokens.flat().join(' ');
  return {
    found: withoutRepetitions(scored.map(({ entry }) => entry)),
    phrases: parts.flat(),
    /** What was searched in place of a query with a typing error. */
    correction: correction === typed.flat().join(' ') ? undefined : correction,
  };
}

/** One of the fields that are the same in several calls. */
function withoutRepetitions(/** @type {Entry[]} */ entries) {
  const known = new Set();
  return entries.filter(({ id, name, text, isSection }) => {
    const key = isSection ? id : `${name} ${text}`;
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}

/** The word itself if it begins a known one, or else a known word that one typing error makes it. */
function corrected(/** @type {string} */ word, /** @type {string[]} */ vocabulary) {
  if (word.length < LEAST_LENGTH_OF_A_TYPO || vocabulary.some((known) => known.startsWith(word))) return word;
  return vocabulary.find((known) => isOneErrorAway(word, known)) ?? word;
}

/** Whether two words differ by one letter that is missing, added, wrong or swapped with the next (Damerau). */
export function isOneErrorAway(/** @type {string} */ one, /** @type {string} */ other) {
  if (Math.abs(one.length - other.length) > 1 || one === other) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  const rest = (/** @type {string} */ word, /** @type {number} */ skipped) => word.slice(start + skipped);
  const isSwapped =
    one[start] === other[start + 1] && one[start + 1] === other[start] && rest(one, 2) === rest(other, 2);
  return (
    isSwapped ||
    [
      [1, 1],
      [1, 0],
      [0, 1],
    ].some(([first = 0, second = 0]) => rest(one, first) === rest(other, second))
  );
}

/**
 * The parts of a query. The words of a token such as `X-API-Key` belong together. So do those that a group of synonyms knows as
 * a phrase, for which all phrases of the group may stand.
 */
function partsOf(/** @type {string[][]} */ tokens) {
  /** @type {Phrase[][]} */
  const parts = [];
  let rest = tokens;
  while (rest.length > 0) {
    const words = rest.flat();
    const known = SYNONYMS.flat().filter((phrase) => startsWith(words, phrase));
    const [first = []] = rest;
    const length = Math.max(first.length, ...known.map((phrase) => phrase.length));
    const typed = words.slice(0, length);
    const groups = SYNONYMS.filter((group) => group.some((phrase) => phrase.join(' ') === typed.join(' ')));
    parts.push([
      { words: typed, isTyped: true },
      ...groups.flat().map((phrase) => ({ words: phrase, isTyped: false })),
    ]);
    // A phrase may end within a token, whose rest is a part of its own.
    rest = length === first.length ? rest.slice(1) : [words.slice(length)].filter((left) => left.length > 0);
  }
  return parts;
}

function startsWith(/** @type {string[]} */ words, /** @type {string[]} */ phrase) {
  return phrase.every((word, index) => words[index] === word);
}

function bestOf(/** @type {Phrase[]} */ phrases, /** @type {Indexed['fields']} */ fields) {
  return Math.max(...phrases.map((phrase) => scoreOf(phrase, fields)));
}

/** How well a phrase matches the best of the fields; 0 if none has it. */
function scoreOf(/** @type {Phrase} */ { words, isTyped }, /** @type {Indexed['fields']} */ fields) {
  const scores = fields.map((field) => {
    const closeness = Math.max(0, ...field.words.map((_, index) => closenessAt(field.words, index, words, isTyped)));
    return closeness * field.weight;
  });
  return Math.max(...scores) * (isTyped ? 1 : FOR_SYNONYM);
}

/** A typed word also finds longer ones, since it may not be finished; a synonym is whole. */
function closenessAt(
  /** @type {string[]} */ text,
  /** @type {number} */ index,
  /** @type {string[]} */ phrase,
  /** @type {boolean} */ isTyped,
) {
  let closeness = 1;
  for (const [offset, word] of phrase.entries()) {
    const found = text[index + offset];
    if (found === word) continue;
    if (!isTyped || !found?.startsWith(word)) return 0;
    closeness = FOR_PREFIX;
  }
  return closeness;
}
