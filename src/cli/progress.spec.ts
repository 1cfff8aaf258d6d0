import { progressOn, sayStep } from './progress.js';

function streamOf(isTTY: boolean): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = [];
  return { stream: { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream, written };
}

describe('The progress of a long command', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is shown on a terminal, twice a second and at the end', () => {
    let nowMs = 1000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const { stream, written } = streamOf(true);
    const progress = progressOn(stream);
    for (let done = 0; done <= 1000; done += 100, nowMs += 100) progress('rows', done, 1000);
    const shown = [0, 500, 1000].map((done) => `\rrows: ${done} of 1000${done === 1000 ? '\n' : ''}`);
    expect(written).toEqual(shown);
    sayStep('Copying the file', stream);
    expect(written.at(-1)).toBe('Copying the file…\n');
  });

  it('is not shown where a script reads', () => {
    const { stream, written } = streamOf(false);
    progressOn(stream)('rows', 1, 1);
    sayStep('Copying the file', stream);
    expect(written).toEqual([]);
  });
});
