import { CircuitBreaker } from './circuit-breaker.js';
import { DatabaseUnreachable } from './database-errors.js';

describe('The circuit to a database', () => {
  let circuit: CircuitBreaker;
  let probe: () => Promise<string>;
  const nothing = (): Promise<string> => new Promise(() => undefined);
  const answer = (): Promise<string> => Promise.resolve('answer');

  /** A statement whose end the test decides. */
  function pending(): { statement: () => Promise<string>; end: (text: string) => void; fail: (error: Error) => void } {
    let [end, fail]: [(text: string) => void, (error: Error) => void] = [() => undefined, () => undefined];
    const settled = new Promise<string>((resolve, reject) => ([end, fail] = [resolve, reject]));
    return { statement: () => settled, end, fail };
  }

  beforeEach(() => {
    jest.useFakeTimers();
    probe = nothing;
    circuit = new CircuitBreaker(() => probe());
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Lets a database be silent for so long that the circuit opens. */
  function open(): void {
    void circuit.run(nothing);
    jest.advanceTimersByTime(1000);
  }

  it('lets statements wait while the database answers others', async () => {
    void circuit.run(nothing);
    for (let tick = 0; tick < 8; tick++) {
      jest.advanceTimersByTime(250);
      expect(await circuit.run(answer)).toBe('answer');
    }
  });

  it('takes a refusal for an answer', async () => {
    void circuit.run(nothing);
    for (let tick = 0; tick < 8; tick++) {
      jest.advanceTimersByTime(250);
      await expect(circuit.run(() => Promise.reject(new Error('no such column')))).rejects.toThrow('column');
    }
  });

  it('stays closed where the database answers a probe: what is under way is slow', async () => {
    probe = answer;
    void circuit.run(nothing);
    for (let tick = 0; tick < 12; tick++) {
      await jest.advanceTimersByTimeAsync(250);
      expect(circuit.isOpen).toBe(false);
    }
  });

  it('opens when nothing was answered for a second: but for one at a time, statements are refused at once', async () => {
    open();
    const trying = pending();
    const tried = circuit.run(trying.statement);
    const second = jest.fn(answer);
    await expect(circuit.run(second)).rejects.toThrow(DatabaseUnreachable);
    expect(second).not.toHaveBeenCalled();
    trying.fail(new DatabaseUnreachable());
    await expect(tried).rejects.toThrow(DatabaseUnreachable);
    void circuit.run(nothing);
    await expect(circuit.run(second)).rejects.toThrow(DatabaseUnreachable);
  });

  it.each([
    ['the one that tries', (_: (text: string) => void, trying: (text: string) => void) => trying],
    ['one that has waited since before', (waiting: (text: string) => void) => waiting],
  ])('closes at the first answer, to %s', async (_, which) => {
    const waiting = pending();
    const waited = circuit.run(waiting.statement);
    jest.advanceTimersByTime(1000);
    const trying = pending();
    const tried = circuit.run(trying.statement);
    which(waiting.end, trying.end)('answer');
    expect(await Promise.race([waited, tried])).toBe('answer');
    expect(await Promise.all([circuit.run(answer), circuit.run(answer)])).toEqual(['answer', 'answer']);
  });

  it('is closed again some seconds after the last one has asked in vain', async () => {
    const asked = pending();
    const asking = circuit.run(asked.statement);
    jest.advanceTimersByTime(1000);
    asked.fail(new DatabaseUnreachable());
    await expect(asking).rejects.toThrow(DatabaseUnreachable);
    jest.advanceTimersByTime(5000);
    expect(await Promise.all([circuit.run(answer), circuit.run(answer)])).toEqual(['answer', 'answer']);
  });

  it('does not open because the event loop was blocked, which has read no answers meanwhile', async () => {
    void circuit.run(nothing);
    // A timer that is late runs once.
    const clock = performance.now();
    jest.spyOn(performance, 'now').mockReturnValue(clock + 60_000);
    jest.advanceTimersByTime(250);
    expect(await Promise.all([circuit.run(answer), circuit.run(answer)])).toEqual(['answer', 'answer']);
    jest.restoreAllMocks();
  });
});
