import { addressPartKey, emailKey, fold, usernameKey } from './name-key.js';

describe('Two usernames are one', () => {
  it.each([
    ['john.doe', 'John.DOE'],
    ['take\u0301', 'tak\u00e9'],
    ['ασ', 'ΑΣ'],
    ['ας', 'ΑΣ'],
    ['ας', 'ασ'],
    ['\u01f0ohn', 'J\u030cohn'],
    ['ẖat', 'H\u0331at'],
    ['straße', 'STRASSE'],
    ['straße', 'STRAẞE'],
    ['ﬁnn', 'FINN'],
    ['ﬀ', 'ff'],
    ['\u212aelvin', 'kelvin'],
    ['\u212bngström', 'ångström'],
    ['ｊｏｈｎ', 'john'],
    ['joſeph', 'joseph'],
    ['İ', 'i\u0307'],
    ['john\u200bdoe', 'johndoe'],
    ['علی\u200cرضا', 'علیرضا'],
    ['\u00a0john\t\n', 'john'],
    ['ǆ', 'Ǆ'],
  ])('%j and %j', (one, other) => {
    expect(usernameKey(one)).toBe(usernameKey(other));
  });

  it.each([
    ['john', 'jöhn'],
    ['john doe', 'johndoe'],
    ['jоhn', 'john'],
    ['a', 'aa'],
  ])('but not %j and %j', (one, other) => {
    expect(usernameKey(one)).not.toBe(usernameKey(other));
  });

  it('and what they are found by is folded already', () => {
    for (const name of ['ΑΣ', 'J\u030c', 'STRAẞE', 'ﬃ', 'İ', 'ΐ', 'ﷺ', 'ŉ', 'ᾳ', '\u0345α', 'ΌΣΟΣ']) {
      expect(fold(fold(name))).toBe(fold(name));
      expect(fold(name.normalize('NFC').toLowerCase())).toBe(fold(name));
    }
  });
});

describe('Two e-mail addresses are one', () => {
  it.each([
    ['Jo@Example.com', 'jo@example.COM'],
    ['jo@münchen.example', 'jo@xn--mnchen-3ya.example'],
    ['jo@MÜNCHEN.example', 'jo@mu\u0308nchen.example'],
    ['jo@XN--MNCHEN-3YA.example', 'jo@münchen.example'],
    ['straße@example.com', 'STRASSE@example.com'],
    [' jo@example.com\n', 'jo@example.com'],
    ['jo@ｅxample.com', 'jo@example.com'],
    ['john@💩.la', 'john@xn--ls8h.la'],
    ['john@i❤.ws', 'john@i\u2764\ufe0f.ws'],
    ['john@i❤.ws', 'john@xn--i-7iq.ws'],
    ['jo@mün\u00adchen.de', 'jo@xn--mnchen-3ya.de'],
    ['jo@mün\u200bchen.de', 'jo@münchen.de'],
    ['jo@mün\u200dchen.de', 'jo@münchen.de'],
    ['jo@mün\u{e0041}chen.de', 'jo@münchen.de'],
    ['jo@münchen.de\u200b', 'jo@münchen.de'],
    ['jo＠münchen.de', 'jo@münchen.de'],
    ['jo﹫münchen.de', 'jo@münchen.de'],
    ['jo@münchen。de', 'jo@münchen.de'],
    ['jo@münchen｡de', 'jo@münchen.de'],
    ['jo@münchen．de', 'jo@münchen.de'],
    ['jo@例え。テスト', 'jo@xn--r8jz45g.xn--zckzah'],
    ['jo@EXAMPLE。com', 'jo@example.com'],
    ['jo@my_host.MÜNCHEN.de', 'jo@my_host.münchen.de'],
    ['jo@نامه\u200cای.com', 'jo@xn--mgba3gch31f060k.com'],
  ])('%s and %s', (one, other) => {
    expect(emailKey(one)).toBe(emailKey(other));
  });

  it.each([
    // Two registered hosts.
    ['jo@faß.example', 'jo@fass.example'],
    ['jo@نامه\u200cای.com', 'jo@نامهای.com'],
    ['jo@example.com', 'jo@example.com／x'],
    ['jo@example.com', 'jo@example.com\uff1a25'],
    ['j。o@example.com', 'j.o@example.com'],
    ['jo@example.com', 'jo@example.com/x'],
    ['jo@example.com', 'jo@exa%6dple.com'],
    ['jo@example.com', 'jo@example.com:25'],
    ['jo@example.com', 'example.com'],
    ['@', ''],
  ])('but not %s and %s', (one, other) => {
    expect(emailKey(one)).not.toBe(emailKey(other));
  });
});

describe('The key of an e-mail address', () => {
  it('is the key of itself, and no character ends its host', () => {
    const lost: string[] = [];
    for (let code = 1; code <= 0x1ffff; code++) {
      const character = String.fromCodePoint(code);
      const isAsItIs = character.normalize('NFKC').toLowerCase() === character;
      if (/\p{Surrogate}/u.test(character) || (isAsItIs && code > 0x7f)) continue;
      const key = emailKey(`jo@a${character}b.example`);
      if (!/[a-z\d]\.example$/.test(key) || emailKey(key) !== key) lost.push(code.toString(16));
    }
    expect(lost).toEqual([]);
  });
});

describe('A part of an e-mail address is in its key', () => {
  it.each([
    ['Jane@ÄPFEL.de', ['äpfel', 'ÄPFEL.', '.de', '@a\u0308pfel', 'jane@äpfel.de', 'NE@Äpfel.d', 'xn--pfel', 'jane@']],
    ['JÖRG@example.com', ['jörg@', 'jörg@EXAMPLE', 'Example', 'rg@ex']],
  ])('%s', (address, parts) => {
    for (const part of parts) expect(emailKey(address)).toContain(addressPartKey(part));
  });

  it.each(['doe ', ' doe', '1%', 'a_b', '\\', 'a/b'])('%j as it is', (part) => {
    expect(addressPartKey(part)).toBe(part);
  });
});
