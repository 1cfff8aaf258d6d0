import { ApiError } from '../errors/api-error.js';
import { LookUps } from './look-ups.js';

describe('Look-ups of credentials', () => {
  let lookUps: LookUps;
  let asked: number;
  let answer: (principal: null) => void;

  const lookUp = (): Promise<null> => {
    asked += 1;
    return new Promise((resolve) => (answer = resolve));
  };

  beforeEach(() => {
    lookUps = new LookUps();
    asked = 0;
    jest.spyOn(performance, 'now').mockReturnValue(0);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('are shared by requests that come at once', async () => {
    const results = [1, 2, 3].map(() => lookUps.principalOf('token', 0, lookUp));
    answer(null);
    expect(await Promise.all(results)).toEqual([null, null, null]);
    expect(asked).toBe(1);
  });

  it('are not shared after a revocation: they may have read what was there before it', () => {
    void lookUps.principalOf('token', 0, lookUp);
    void lookUps.principalOf('token', 1, lookUp);
    expect(asked).toBe(2);
  });

  it('are not shared once they are old: another process may have revoked the credential since', () => {
    void lookUps.principalOf('token', 0, lookUp);
    jest.spyOn(performance, 'now').mockReturnValue(99);
    void lookUps.principalOf('token', 0, lookUp);
    expect(asked).toBe(1);
    jest.spyOn(performance, 'now').mockReturnValue(100);
    void lookUps.principalOf('token', 0, lookUp);
    expect(asked).toBe(2);
  });

  it('are forgotten when they end, also when they fail', async () => {
    const failing = lookUps.principalOf('token', 0, () => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
    void lookUps.principalOf('token', 0, lookUp);
    expect(asked).toBe(1);
  });

  it('are a thousand at most, and the next one is refused as unavailable', () => {
    // Else a slow machine makes them old before the last one has begun.
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    for (let count = 0; count < 1000; count++) void lookUps.principalOf(`token ${count}`, 0, lookUp);
    expect(() => lookUps.principalOf('another', 0, lookUp)).toThrow(new ApiError('unavailable'));
    void lookUps.principalOf('token 7', 0, lookUp);
    expect(asked).toBe(1000);
    clock.mockRestore();
  });
});
