import { FIELD_NAMES, jsonLine, type LogRecord, textLine } from './log-line.js';

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const STACK = 'Error: a\n    at forged\u2028 (a.js:1:1)\nWARN [Login] forged\n    at here (b.js:1:1)';

function lineOf(message: string): LogRecord {
  return { level: 'warn', context: 'Login', message };
}

describe('A line of the log', () => {
  it.each(['\n', '\r\n', '\u2028', '\u001b[2K', '\u202e'])('is one, whatever is in it: %j', (sign) => {
    const record = lineOf(`a${sign}${new Date().toISOString()} WARN [Login] forged`);
    expect(textLine(record)).toMatch(new RegExp(`^${TIME} WARN \\[Login\\] a\uFFFD.*forged\n$`));
    const json = jsonLine(record);
    expect(json).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(json)).toMatchObject({ 'log.level': 'warn', 'log.logger': 'Login' });
    expect(json.trimEnd()).not.toContain(sign);
  });

  it('of an error keeps the places in the code, and nothing else of the stack', () => {
    const record = { ...lineOf('a'), level: 'error', stack: STACK } as const;
    const places = ['    at forged\uFFFD (a.js:1:1)', '    at here (b.js:1:1)'];
    expect(textLine(record)).toMatch(new RegExp(`^${TIME} ERROR \\[Login\\] a\n`));
    expect(textLine(record).split('\n').slice(1, -1)).toEqual(places);
    expect(JSON.parse(jsonLine(record))).toMatchObject({ 'error.stack_trace': places.join('\n') });
  });

  it('has the fields of the Elastic Common Schema, and no field that is not named', () => {
    const fields = { requestId: 'a\nb', status: 500, durationMs: 1.5, password: 'secret', toString: () => 'secret' };
    const json = jsonLine({ ...lineOf('a'), level: 'log', fields });
    expect(JSON.parse(json)).toEqual({
      '@timestamp': expect.stringMatching(new RegExp(`^${TIME}$`)) as string,
      'log.level': 'info',
      'log.logger': 'Login',
      message: 'a',
      [FIELD_NAMES.requestId]: 'a\uFFFDb',
      [FIELD_NAMES.status]: 500,
      'event.duration': 1_500_000,
      'process.pid': process.pid,
      'service.name': 'elastic-personas',
      'service.version': expect.stringMatching(/^\d/) as string,
      'ecs.version': '8.11.0',
    });
  });
});
