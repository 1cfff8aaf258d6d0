/**
 * What a line of the log may say beyond its words. There is no field for anything that a client sends freely, such as a URL, a
 * header or a body, so that no secret can be among them.
 */
export interface LogFields {
  /** What happened, such as `request` or `start`. */
  readonly action?: string;
  readonly outcome?: 'success' | 'failure' | 'unknown';
  readonly durationMs?: number;
  /** A code of the API's errors. */
  readonly errorCode?: string;
  readonly requestId?: string;
  readonly method?: string;
  /** The template of the route, such as `/kittens/:id`. */
  readonly route?: string;
  readonly status?: number;
  readonly sourceIp?: string;
  readonly userId?: string;
  readonly credentialKind?: string;
  /** The id of the credential, which is no secret: the audit log has it too. */
  readonly credentialId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
}

/** A message with its fields. A logger takes it in place of a text. */
export class LogEntry {
  constructor(
    readonly message: string,
    readonly fields: LogFields,
  ) {}

  toString(): string {
    return this.message;
  }
}
