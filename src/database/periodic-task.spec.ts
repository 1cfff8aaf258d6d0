import { Logger } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { PeriodicTask } from './periodic-task.js';

const FAILURE = 'The notes could not be written';

/** A run that a test ends. */
interface Run {
  readonly wasStopping: boolean;
  end(error?: Error): void;
}

let task: PeriodicTask;
let runs: Run[];
let lines: unknown[];

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(line));
  runs = [];
  task = new PeriodicTask({
    name: 'Notes',
    failure: FAILURE,
    run: ({ aborted }) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void => {
          if (error === undefined) resolve();
          else reject(error);
        };
        runs.push({ wasStopping: aborted, end });
      }),
  });
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

async function endOf(run: number, error?: Error): Promise<void> {
  await settle();
  runs[run]?.end(error);
  await settle();
}

describe('A periodic task', () => {
  it('runs at its interval, one run at a time', async () => {
    task.start(1000);
    await jest.advanceTimersByTimeAsync(999);
    expect(runs).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(5000);
    expect(runs).toHaveLength(1);
    await endOf(0);
    expect(runs).toHaveLength(2);
    await endOf(1);
    expect(runs).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(1000);
    expect(runs).toHaveLength(3);
  });

  it('goes on after a failed run, which is one log line without a statement and its values', async () => {
    task.start(1000);
    await jest.advanceTimersByTimeAsync(1000);
    const driverError = Object.assign(new Error('UPDATE secret'), { code: 'SQLITE_FULL' });
    await endOf(0, new QueryFailedError('UPDATE secret', ['a value'], driverError));
    await jest.advanceTimersByTimeAsync(1000);
    await endOf(1, new TypeError('a value'));
    await jest.advanceTimersByTimeAsync(1000);
    expect(runs).toHaveLength(3);
    expect(lines).toEqual([`${FAILURE}: database: SQLITE_FULL`, `${FAILURE}: TypeError`]);
  });

  it('stops after the current run and a last one, and runs no more at its interval', async () => {
    task.start(1000);
    await jest.advanceTimersByTimeAsync(1000);
    let hasStopped = false;
    const stop = task.stop().then(() => (hasStopped = true));
    await endOf(0);
    expect(runs.map(({ wasStopping }) => wasStopping)).toEqual([false, true]);
    expect(hasStopped).toBe(false);
    await endOf(1, new Error('disk full'));
    await stop;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(runs).toHaveLength(2);
    expect(lines).toEqual([`${FAILURE}: Error`]);
  });
});
