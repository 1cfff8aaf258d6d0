import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { mintToken } from '../../../src/authheader/auth-header-token.js';
import { REPORT_LIMITS } from '../../../src/login/login-limits.js';
import { installedLanguages, runPython } from '../../support/interpreters.js';

const page = readFileSync(resolve(__dirname, '../../../docs/secret-scanning.md'), 'utf8');
const expression = /^ {4}(\\b.+)$/m.exec(page)?.[1] ?? '';

const tokens = [mintToken(), mintToken()] as const;
const mistyped = tokens[0].replace(/.$/, (last) => (last === '0' ? '1' : '0'));
const LEAKS = `git diff: -KEY="${tokens[0]}"\n curl -H 'X-API-Key:${tokens[1]}' x ${mistyped} ep_short xep_${'0'.repeat(36)}`;

describe('docs/secret-scanning.md', () => {
  it('has an expression that finds every auth header in a text, and nothing but what has its form', () => {
    expect(LEAKS.match(new RegExp(expression, 'g'))).toEqual([...tokens, mistyped]);
    // The same one in all three places.
    expect(page.split(expression)).toHaveLength(4);
  });

  const pythons = installedLanguages().filter((language) => language === 'python');
  it.each(pythons)('has a program that finds them by their checksum, and nothing else, in %s', async () => {
    const program = /```python\n(.+?)```/s.exec(page)?.[1] ?? '';
    const found = await runPython(`${program}\nimport os\nprint("\\n".join(tokens_in(os.environ["TEXT"])))`, {
      TEXT: LEAKS,
    });
    expect(found.trim().split('\n')).toEqual(tokens);
  });

  it('names the limits that are in force', () => {
    const { reportsPerNetwork, networkWindowMinutes } = REPORT_LIMITS;
    expect(page).toContain(`${reportsPerNetwork} tokens within ${networkWindowMinutes} minutes`);
  });
});
