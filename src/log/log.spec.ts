import { Logger } from '@nestjs/common';
import { PassThrough, Writable } from 'node:stream';
import { LogEntry } from '../telemetry/log-entry.js';
import { Log } from './log.js';
import { NestLog } from './nest-log.js';

/** A log, and what it has printed. */
function printing(settings: Partial<ConstructorParameters<typeof Log>[0]> = {}) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const log = new Log({ logFormat: 'text', logLevel: 'info', ...settings }, streams);
  const read = (name: keyof typeof streams): string => String(streams[name].read() ?? '');
  return { log, read };
}

/** Says something at each level. */
function speak(log: Log): void {
  Logger.overrideLogger(new NestLog(log));
  const logger = new Logger('Test');
  for (const level of ['debug', 'verbose', 'log', 'warn', 'error', 'fatal'] as const) logger[level](`a ${level}`);
  Logger.overrideLogger(false);
  log.warn('a setting');
}

describe('The log', () => {
  it.each([
    ['info', ['a log', 'a warn'], ['a error', 'a fatal', 'Warning: a setting']],
    ['warn', ['a warn'], ['a error', 'a fatal', 'Warning: a setting']],
    ['error', [], ['a error', 'a fatal']],
  ] as const)('prints what LOG_LEVEL=%s asks for', (logLevel, out, err) => {
    const { log, read } = printing({ logLevel });
    speak(log);
    const said = (name: 'stdout' | 'stderr') =>
      read(name).match(/a (?:log|warn|error|fatal|debug|verbose)$|^Warning.*$/gm) ?? [];
    expect(said('stdout')).toEqual(out);
    expect(said('stderr')).toEqual(err);
  });

  it('is on one stream with LOG_FORMAT=json, and each line is an object', () => {
    const { log, read } = printing({ logFormat: 'json' });
    speak(log);
    expect(read('stderr')).toBe('');
    const lines = read('stdout').trimEnd().split('\n');
    const levels = lines.map((line) => (JSON.parse(line) as Record<string, string>)['log.level']);
    expect(levels).toEqual(['info', 'warn', 'error', 'fatal', 'warn']);
  });

  it('takes the fields of an entry, and the stack of an error', () => {
    const { log, read } = printing({ logFormat: 'json' });
    const nest = new NestLog(log);
    nest.error(new LogEntry('a fault', { requestId: 'r', status: 500 }), '    at here', 'Errors');
    expect(JSON.parse(read('stdout'))).toMatchObject({
      message: 'a fault',
      'log.logger': 'Errors',
      'http.request.id': 'r',
      'http.response.status_code': 500,
      'error.stack_trace': '    at here',
    });
    nest.error(new TypeError('a surprise'));
    expect(JSON.parse(read('stdout'))).toMatchObject({
      message: 'TypeError: a surprise',
      'error.stack_trace': expect.stringContaining('log.spec') as string,
    });
  });
});

describe('A log that nobody reads', () => {
  it('keeps a megabyte at most, and tells how many lines it has dropped once it is read', async () => {
    let isRead: () => void = () => undefined;
    const got: string[] = [];
    const stuck = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        got.push(chunk);
        if (got.length > 1) done();
        else isRead = done;
      },
    });
    const log = new Log({ logFormat: 'json', logLevel: 'info' }, { stdout: stuck, stderr: stuck });
    const said = 10_000;
    for (let count = 0; count < said; count++) {
      log.write({ level: 'log', context: 'Test', message: `line ${count} ${'x'.repeat(300)}` });
      log.add({ level: 'log', context: 'Test', message: `line ${count} ${'x'.repeat(300)}` });
    }
    await new Promise(setImmediate);
    expect(stuck.writableLength).toBeGreaterThan(500_000);
    expect(stuck.writableLength).toBeLessThan(1_100_000);
    isRead();
    await new Promise(setImmediate);
    const lines = got
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    const last = lines.at(-1);
    expect(last).toMatchObject({ 'event.action': 'lines-dropped', 'log.level': 'warn' });
    const [, dropped] = /^(\d+) lines were dropped/.exec(last?.message ?? '') ?? [];
    expect(lines.length - 1 + Number(dropped)).toBe(2 * said);
    log.write({ level: 'log', context: 'Test', message: 'it goes on' });
    expect(got.at(-1)).toContain('it goes on');
  });
});
