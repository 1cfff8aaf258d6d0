import { Logger } from '@nestjs/common';
import { logLine } from './log-line.js';
import { UtcLogger } from './utc-logger.js';

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

describe('A line of the log', () => {
  it.each(['\n', '\r\n', '\u2028', '\u001b[2K', '\u202e'])('is one, whatever is in it: %j', (sign) => {
    const line = logLine('warn', 'Login', `a${sign}${new Date().toISOString()} WARN [Login] forged`);
    expect(line).toMatch(new RegExp(`^${TIME} WARN \\[Login\\] a\uFFFD.*forged\n$`));
  });

  it('of a part of the server begins with the time in UTC, and an error keeps its stack', () => {
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      jest.spyOn(process[name], 'write').mockImplementation((text) => {
        printed[name] += String(text);
        return true;
      });
    }
    const logger = new UtcLogger();
    Logger.overrideLogger(logger);
    new Logger('Login').warn('10 wrong\npasswords');
    new Logger('Errors').error('internal_error', 'Error\n    at here');
    new Logger('Nest').debug('more');
    jest.restoreAllMocks();
    Logger.overrideLogger(false);
    expect(printed.stdout).toMatch(new RegExp(`^${TIME} WARN \\[Login\\] 10 wrong\uFFFDpasswords\n$`));
    expect(printed.stderr).toMatch(new RegExp(`^${TIME} ERROR \\[Errors\\] internal_error\nError\n {4}at here\n$`));
  });
});
