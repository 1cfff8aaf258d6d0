import { Logger } from '@nestjs/common';
import { Background } from './background.js';

describe('The background work of a process that stops', () => {
  let lines: unknown[];

  beforeEach(() => {
    lines = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(line));
  });

  afterEach(() => jest.restoreAllMocks());

  function working(...runs: (() => Promise<void>)[]): Background {
    const background = new Background();
    for (const run of runs) background.add({ name: 'Notes', failure: 'failed', run });
    return background;
  }

  it('is over after every last run and what follows them', async () => {
    const done: string[] = [];
    const note = (text: string) => () => Promise.resolve(void done.push(text));
    await working(note('one'), note('other')).stop(note('finish'));
    expect([done, lines]).toEqual([['one', 'other', 'finish'], []]);
  });

  it('is waited for once, and not once for each run, when the database does not answer', async () => {
    const never = () => new Promise<void>(() => undefined);
    const finish = jest.fn(never);
    jest.useFakeTimers();
    const stopped = working(never, never, never).stop(finish);
    await jest.advanceTimersByTimeAsync(2000);
    await stopped;
    expect(finish).not.toHaveBeenCalled();
    const finishing = working(() => Promise.resolve()).stop(finish);
    await jest.advanceTimersByTimeAsync(2000);
    await finishing;
    jest.useRealTimers();
    expect(finish).toHaveBeenCalledTimes(1);
    expect(lines).toEqual([expect.stringContaining('locked'), expect.stringContaining('locked')]);
  });
});
