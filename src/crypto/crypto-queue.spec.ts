import 'reflect-metadata';
import { loadSettings } from '../config/load-settings.js';
import { CryptoQueue } from './crypto-queue.js';

describe('A hash whose client has hung up while it waited', () => {
  it('is not made, and those behind it are', async () => {
    const queue = new CryptoQueue(loadSettings({ HASH_CONCURRENCY: '1' }));
    let end: () => void = () => undefined;
    const made: string[] = [];
    const make = (name: string) => () => Promise.resolve(made.push(name));
    let hasHungUp = false;
    const running = queue.hash(() => new Promise<void>((resolve) => (end = resolve)));
    const unwanted = queue.hash(make('unwanted'), () => hasHungUp);
    const wanted = queue.hash(make('wanted'), () => false);
    hasHungUp = true;
    end();
    await expect(unwanted).rejects.toMatchObject({ code: 'unavailable' });
    await Promise.all([running, wanted]);
    expect(made).toEqual(['wanted']);
  });
});
