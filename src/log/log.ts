import type { Writable } from 'node:stream';
import type { Settings } from '../config/settings.js';
import type { LogEntry } from '../telemetry/log-entry.js';
import { LineWriter } from './line-writer.js';
import { jsonLine, type LogLevel, type LogRecord, textLine } from './log-line.js';

/** Which lines each setting of LOG_LEVEL has printed. */
const PRINTED: Readonly<Record<Settings['logLevel'], readonly LogLevel[]>> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
};

/** Everything that a server prints once its settings are read goes through this. */
export class Log {
  private readonly format: (record: LogRecord) => string;
  private readonly stdout: LineWriter;
  private readonly stderr: LineWriter;
  private readonly printed: readonly LogLevel[];
  private readonly isJson: boolean;

  constructor(
    { logFormat, logLevel }: Pick<Settings, 'logFormat' | 'logLevel'>,
    { stdout, stderr }: { readonly stdout: Writable; readonly stderr: Writable } = process,
  ) {
    this.isJson = logFormat === 'json';
    this.format = this.isJson ? jsonLine : textLine;
    this.printed = PRINTED[logLevel];
    this.stdout = new LineWriter(stdout, (count) => this.droppedLine(count));
    this.stderr = new LineWriter(stderr, (count) => this.droppedLine(count));
    process.once('exit', () => {
      this.stdout.flush();
      this.stderr.flush();
    });
  }

  /** Whether lines of a level are printed: others need not be formed. */
  prints(level: LogLevel): boolean {
    return this.printed.includes(level);
  }

  /** Writes what a part of the server says. */
  say(level: LogLevel, context: string, { message, fields }: LogEntry): void {
    this.write({ level, context, message, fields });
  }

  write(record: LogRecord): void {
    if (!this.prints(record.level)) return;
    // A program reads one stream, in its order.
    const isError = record.level === 'error' || record.level === 'fatal';
    (isError && !this.isJson ? this.stderr : this.stdout).write(this.format(record));
  }

  /** Writes one of many lines. */
  add(record: LogRecord): void {
    if (this.prints(record.level)) this.stdout.add(this.format(record));
  }

  /** Warns of something at the start, which has no part of the server yet. */
  warn(message: string): void {
    if (this.isJson) this.write({ level: 'warn', context: '', message });
    else if (this.prints('warn')) this.stderr.write(`Warning: ${message}\n`);
  }

  private droppedLine(count: number): string {
    const message = `${count} lines were dropped, because nobody read the output in time`;
    return this.format({ level: 'warn', context: 'Log', message, fields: { action: 'lines-dropped' } });
  }
}
