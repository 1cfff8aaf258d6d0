import { Background } from '../database/background.js';
import { CredentialUse } from './credential-use.js';
import type { Principal } from './principal.js';
import type { UseCountRepository } from './use-count.repository.js';
import { UseCounts } from './use-counts.js';

const by = (kind: 'jwt' | 'auth-header', id: string) => ({ credential: { kind, id } }) as Principal;

describe('The counts of uses', () => {
  it('lose nothing and count nothing twice when they cannot be written', async () => {
    const written = new Map<string, number>();
    let isFailing = true;
    const add: UseCountRepository['add'] = (_, counts) => {
      if (isFailing) return Promise.reject(new Error('The database is away'));
      for (const [subject, requests] of counts) written.set(subject, (written.get(subject) ?? 0) + requests);
      return Promise.resolve();
    };
    const use = new CredentialUse();
    const background = new Background();
    const task = jest.spyOn(background, 'add');
    new UseCounts({ add } as UseCountRepository, use, background).onModuleInit();
    const flush = () => task.mock.calls[0]?.[0].run(new AbortController().signal);

    use.publish(by('jwt', 'a'));
    use.publish(by('auth-header', 'one'));
    await expect(flush()).rejects.toThrow('away');
    use.publish(by('auth-header', 'one'));
    use.publish(by('auth-header', 'other'));
    isFailing = false;
    await flush();
    await flush();
    expect(Object.fromEntries(written)).toEqual({ jwt: 1, 'auth-header': 3, one: 2, other: 1 });
  });
});
