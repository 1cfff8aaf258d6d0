import { ask } from './ask.js';
import { confirm } from './confirm.js';

jest.mock('./ask.js');

const asked = jest.mocked(ask);
const STREAMS = ['stdin', 'stdout', 'stderr'] as const;

function setTerminals(...terminals: readonly string[]): void {
  for (const name of STREAMS)
    Object.defineProperty(process[name], 'isTTY', { value: terminals.includes(name), configurable: true });
}

afterEach(() => {
  setTerminals();
  asked.mockReset();
});

describe('What cannot be undone', () => {
  it.each(['y', 'Y', ' yes '])('is done after %j', async (answer) => {
    setTerminals(...STREAMS);
    asked.mockResolvedValue(answer);
    await confirm({}, () => 'x\u202e will be lost.');
    expect(asked.mock.calls).toEqual([['x\uFFFD will be lost. Continue? [y/N] ']]);
  });

  it.each(['', 'n', 'no', 'yesterday'])('is not done after %j', async (answer) => {
    setTerminals(...STREAMS);
    asked.mockResolvedValue(answer);
    await expect(confirm({}, () => 'It will be lost.')).rejects.toThrow('Nothing changed.');
  });

  it.each([
    ['with --yes', { yes: true }, STREAMS],
    ['where the input is a file', {}, ['stdout', 'stderr']],
    ['where the output is read by a script', {}, ['stdin', 'stderr']],
    ['in a job without a terminal', {}, []],
  ])('is not asked for %s', async (_, options, terminals) => {
    setTerminals(...terminals);
    await confirm(options, () => Promise.reject(new Error('It must not be looked for.')));
    expect(asked).not.toHaveBeenCalled();
  });
});
