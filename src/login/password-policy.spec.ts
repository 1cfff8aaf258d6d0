import { ApiError } from '../errors/api-error.js';
import { toEnglish } from '../i18n/message.js';
import { refuseWeakPassword } from './password-policy.js';

const MARIE = { username: 'Marie.Curie', email: 'polonium-lab@example.com' };

/** What is said against a password; undefined where nothing is. */
async function reasonAgainst(password: string, owner = MARIE, minLength = 8): Promise<string | undefined> {
  try {
    await refuseWeakPassword('newPassword', password, owner, minLength);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'invalid_fields') throw error;
    const [complaint] = error.details ?? [];
    expect(complaint?.field).toBe('newPassword');
    return complaint && toEnglish(complaint.message);
  }
}

describe('The length of a password', () => {
  it.each([8, 15, 64])('is at least what is set: %i', async (minLength) => {
    const text = 'gr8 tdlx moss '.repeat(5);
    expect(await reasonAgainst(text.slice(0, minLength - 1), MARIE, minLength)).toBe(
      `must be at least ${minLength} characters long`,
    );
    expect(await reasonAgainst(text.slice(0, minLength), MARIE, minLength)).toBeUndefined();
  });

  it('is at most 256', async () => {
    const text = 'gr8 tdlx moss '.repeat(20);
    expect(await reasonAgainst(text.slice(0, 256))).toBeUndefined();
    expect(await reasonAgainst(text.slice(0, 257))).toBe('must be at most 256 characters long');
  });

  it('is counted in code points, after composition', async () => {
    expect(await reasonAgainst('🦊🦝🐻🐼🐨🐯🦁')).toMatch(/at least/);
    expect(await reasonAgainst('🦊🦝🐻🐼🐨🐯🦁🐮')).toBeUndefined();
    expect(await reasonAgainst('e\u0301o\u0308u\u0302a\u030a')).toMatch(/at least/);
    expect(await reasonAgainst('e\u0301o\u0308'.repeat(128))).toBeUndefined();
  });
});

describe('A common password is refused', () => {
  it.each([
    ['as it is', 'password'],
    ['in another case', 'SunShine'],
    ['of digits', '1234567890'],
    ['from a keyboard', 'qwertyuiop'],
    ['with digits after it', 'dragon2024'],
    ['with signs about it', '!!monkey!!'],
    ['with blanks about it', '  football  '],
    ['in another composition', 'pass\u200dword'.replace('\u200d', '')],
  ])('%s', async (_, password) => {
    expect(await reasonAgainst(password)).toMatch(/commonly used/);
  });

  it.each([
    ['again and again', 'aaaaaaaa'],
    ['in both cases', 'aAaAaAaAaA'],
    ['with blanks between', 'a a a a a a'],
    ['with signs about it', '!!aaaaaaaa1'],
    ['that is a digit', '1111111111111'],
    ['that is a sign', '????????????'],
    ['that is outside the basic plane', '🦊'.repeat(9)],
    ['that is a blank', ' '.repeat(8)],
    ['that is a blank of another kind', '\u00a0\u2003 '.repeat(4)],
    ['that nobody sees', '\u200b'.repeat(8)],
    ['in other widths', 'aａ'.repeat(5)],
  ])('of one character %s', async (_, password) => {
    expect(await reasonAgainst(password)).toMatch(/commonly used/);
  });

  it('but is no reason where it is one word of many', async () => {
    expect(await reasonAgainst('dragon moss winter gate')).toBeUndefined();
    expect(await reasonAgainst('8347 1902 dragon 5521 77')).toBeUndefined();
  });
});

describe("The owner's names and ours are refused", () => {
  it.each([
    'marie.curie',
    'MARIE.CURIE',
    'marie.curie1867',
    '!!Marie.Curie!!',
    'polonium-lab@example.com',
    'Polonium-Lab#1',
    'ElasticPersonas',
    'elasticpersonas2024!',
  ])('as in %s', async (password) => {
    expect(await reasonAgainst(password)).toMatch(/name with padding/);
  });

  it.each(['marie.curie went to sea', 'elasticpersonas are many', 'somebody.else1867'])(
    'but not in %s',
    async (password) => {
      expect(await reasonAgainst(password)).toBeUndefined();
    },
  );

  it('and a name without a letter refuses nothing that others are allowed', async () => {
    expect(await reasonAgainst('83920174', { username: '42', email: '42@example.com' })).toBeUndefined();
  });

  it('and a name of digits is one', async () => {
    const owner = { username: '4915112345678', email: 'somebody@example.com' };
    expect(await reasonAgainst('4915112345678', owner)).toMatch(/name/);
  });
});

describe('There is no rule on what a password is made of', () => {
  it.each([
    'winter moss gate',
    'wintermossgate',
    'WINTERMOSSGATE',
    '83920174650',
    '#*+!?-%&',
    'зимний мох',
    '寒い苔の門の前で眠る',
  ])('as in %s', async (password) => {
    expect(await reasonAgainst(password)).toBeUndefined();
  });
});
