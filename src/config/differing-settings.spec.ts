import { differingSettings } from './differing-settings.js';
import { loadSettings } from './load-settings.js';
import { settingSources } from './setting.decorator.js';

const differing = (environment: NodeJS.ProcessEnv): string[] =>
  differingSettings(loadSettings(environment), environment);

describe('The settings that the log shows', () => {
  it('are those that differ from their defaults, as they were written', () => {
    expect(differing({})).toEqual([]);
    const environment = {
      PORT: '3000',
      JWT_TTL: ' 30m ',
      JWT_ISSUER: 'two words',
      TRUST_PROXY: '127.0.0.1',
      WORKERS: '',
    };
    expect(differing(environment)).toEqual(['TRUST_PROXY=127.0.0.1', 'JWT_TTL=30m', 'JWT_ISSUER="two words"']);
  });

  it('have no secret', () => {
    const secret = 'hunter2-hunter2-hunter2-hunter2-hunter2';
    const environment = {
      DATABASE_URL: `postgres://personas:${secret}@127.0.0.1/personas`,
      SECRET_KEY: `${secret}-1`,
      SECRET_KEY_PREVIOUS: `${secret}-2`,
      BOOTSTRAP_PASSWORD: `${secret}-3`,
    };
    expect(differing(environment)).toEqual(Object.keys(environment).map((name) => `${name}=(set)`));
  });

  it('would have none of a new setting either: one with such a name says that it is a secret', () => {
    const defaults = loadSettings({});
    const texts = [...settingSources()].filter(([property]) => {
      const value: unknown = Reflect.get(defaults, property);
      return value === undefined || typeof value === 'string';
    });
    const named = texts.filter(([, { environmentName }]) => /SECRET|PASSWORD|TOKEN|CREDENTIAL/.test(environmentName));
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter(([, { isSecret }]) => !isSecret)).toEqual([]);
  });
});
