import { isVisible, isWellFormed, replaceHidden } from './visible-text.js';

describe('A text is visible', () => {
  it.each([
    '',
    'john.doe',
    'John  Doe',
    'Ångström',
    'A\u030angstro\u0308m',
    'മീര',
    // Anil as older keyboards write it, and Alireza.
    'അനില\u0d4d\u200d',
    'علی\u200cرضا',
    'क्\u200dष',
    '李 明',
    'Жанна, "d’Arc" %41',
    'deploy ⚙\ufe0f',
    '👩🏽\u200d💻',
    '👨\u200d👩\u200d👧',
    '😀',
  ])('with nothing but what a reader sees: %s', (text) => {
    expect(isVisible(text)).toBe(true);
  });

  it.each([
    ['NUL', '\0'],
    ['tab', '\t'],
    ['line feed', '\n'],
    ['escape', '\u001b'],
    ['delete', '\u007f'],
    ['next line', '\u0085'],
    ['control sequence introducer', '\u009b'],
    ['no-break space', '\u00a0'],
    ['soft hyphen', '\u00ad'],
    ['grapheme joiner', '\u034f'],
    ['Arabic letter mark', '\u061c'],
    ['Hangul filler', '\u115f'],
    ['Ogham space', '\u1680'],
    ['Mongolian vowel separator', '\u180e'],
    ['em space', '\u2003'],
    ['zero width space', '\u200b'],
    ['zero width non-joiner', '\u200c'],
    ['zero width joiner', '\u200d'],
    ['left-to-right mark', '\u200e'],
    ['line separator', '\u2028'],
    ['paragraph separator', '\u2029'],
    ['right-to-left override', '\u202e'],
    ['word joiner', '\u2060'],
    ['isolate', '\u2066'],
    ['Braille blank', '\u2800'],
    ['ideographic space', '\u3000'],
    ['another Hangul filler', '\u3164'],
    ['lone surrogate', '\ud800'],
    ['private use', '\ue000'],
    ['variation selector', '\ufe0f'],
    ['byte order mark', '\ufeff'],
    ['half-width filler', '\uffa0'],
    ['replacement character', '\ufffd'],
    ['noncharacter', '\uffff'],
    ['tag', '\u{e0041}'],
    ['ideographic variation selector', '\u{e0100}'],
    ['private use beyond the plane', '\u{f0000}'],
  ])('without a %s, at either end or within', (_, hidden) => {
    for (const text of [hidden, `john${hidden}`, `${hidden}john`, `john${hidden}doe`]) {
      expect(isVisible(text)).toBe(false);
      expect(replaceHidden(text, () => '?')).toBe(text.replace(hidden, '?'));
    }
  });

  it('with a joiner only where writing needs one', () => {
    for (const text of ['علی\u200c', '\u200cعلی', 'علی\u200dرضا', 'അനില\u200dx', '😀\u200d', '\u200d😀', 'a\ufe0f']) {
      expect(isVisible(text)).toBe(false);
    }
  });
});

describe('A text is well-formed', () => {
  it.each(['', 'a', '😀', 'a😀b', '\ufffd'])('with whole characters alone: %j', (text) => {
    expect(isWellFormed(text)).toBe(true);
  });

  it.each(['\ud800', 'a\udfff', '\ude00\ud83d', '😀\ud83d'])('without half of a surrogate pair: %j', (text) => {
    expect(isWellFormed(text)).toBe(false);
  });
});
