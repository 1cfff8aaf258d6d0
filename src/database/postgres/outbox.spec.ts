import { Outbox, type Outcome } from './outbox.js';
import type { Statement, StatementResult } from './statement-batch.js';

const resultOf = ({ text }: Statement): StatementResult => ({ rows: [], rowCount: 0, command: text });

describe('The statements of a transaction', () => {
  let sent: string[][];
  let outbox: Outbox;
  const post = (text: string) => outbox.post({ text });
  const inTurn = async (...texts: string[]) => {
    for (const text of texts) await post(text);
  };

  beforeEach(() => {
    sent = [];
    outbox = new Outbox((statements): Promise<Outcome> => {
      const texts = statements.map(({ text }) => text);
      sent.push(texts);
      const failed = texts.findIndex((text) => text.startsWith('bad'));
      const results = statements.map(resultOf);
      return Promise.resolve(failed < 0 ? { results } : { results: results.slice(0, failed), failure: texts[failed] });
    });
  });

  it('go together and in their order if none waits for the answer of another, and alone if one does', async () => {
    await Promise.all([post('a'), inTurn('b', 'd'), post('c')]);
    expect(sent).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('each have their own answer; one that fails takes those behind it along, and not those before it', async () => {
    const answers = await Promise.allSettled([post('a'), post('bad'), post('c')]);
    expect(answers).toMatchObject([
      { value: { command: 'a' } },
      { status: 'rejected', reason: 'bad' },
      { status: 'rejected', reason: 'bad' },
    ]);
    expect(await post('d')).toMatchObject({ command: 'd' });
  });

  it('that come while others are under way wait for them', async () => {
    const first = post('a');
    await new Promise<void>((resolve) => {
      process.nextTick(resolve);
    });
    await Promise.all([first, post('b'), post('c')]);
    expect(sent).toEqual([['a'], ['b', 'c']]);
  });
});
