import type { TestServer } from './server.js';

/** A line of a server's log with LOG_FORMAT=json. */
export type LogLine = Readonly<Record<string, string | number>>;

/** Every field that a line may have. docs/logs.md has the same list. */
export const LOG_FIELDS = [
  '@timestamp',
  'log.level',
  'log.logger',
  'message',
  'event.action',
  'event.outcome',
  'error.code',
  'http.request.id',
  'http.request.method',
  'url.path',
  'http.response.status_code',
  'source.ip',
  'user.id',
  'personas.credential.kind',
  'personas.credential.id',
  'trace.id',
  'span.id',
  'event.duration',
  'error.stack_trace',
  'process.pid',
  'service.name',
  'service.version',
  'ecs.version',
];

/** The whole lines that a server has printed. @throws Error if one is no object, or has another field than {@link LOG_FIELDS} */
export function logLinesOf(server: Pick<TestServer, 'output'>): LogLine[] {
  const texts = server.output().split('\n').slice(0, -1);
  return texts.map((text) => {
    const line = JSON.parse(text) as LogLine;
    const unknown = Object.keys(line).filter((name) => !LOG_FIELDS.includes(name));
    if (unknown.length > 0) throw new Error(`The log has a field ${unknown.join(', ')}: ${text}`);
    return line;
  });
}

/** The line of a request, once it is printed. */
export async function lineOfRequest(server: Pick<TestServer, 'output'>, id: string | null): Promise<LogLine> {
  const sought = `"http.request.id":${JSON.stringify(id)},`;
  for (let tries = 0; tries < 500; tries++) {
    const texts = server.output().split('\n').slice(0, -1);
    const found = texts.find((text) => text.includes(sought) && text.includes('"event.action":"request"'));
    if (found !== undefined) return JSON.parse(found) as LogLine;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`No line of the request ${String(id)}:\n${server.output()}`);
}
