import { connect, type Socket } from 'node:net';

/** A request to the letter: nothing normalises it. */
export interface WireRequest {
  readonly method: string;
  /** The target, as it is sent. */
  readonly target: string;
  readonly version?: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
  /** How the body is framed; `none` leaves it to the headers. */
  readonly framing?: 'length' | 'chunked' | 'none';
}

/** What came back. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The server ended the connection without an answer, or did not answer in time. */
export class NoAnswer extends Error {}

/** Bounds a hang. It is no performance limit, because a machine may be slow. */
const ANSWER_LIMIT_MS = 60_000;
const HEAD_END = Buffer.from('\r\n\r\n');

/** The bytes of a request. */
export function bytesOf(request: WireRequest): Buffer {
  const { method, target, version = 'HTTP/1.1', headers, body, framing = 'length' } = request;
  const lines = headers.map((pair) => pair.join(': '));
  if (body !== undefined && framing === 'length') lines.push(`Content-Length: ${body.length}`);
  if (body !== undefined && framing === 'chunked') lines.push('Transfer-Encoding: chunked');
  const head = `${method} ${target} ${version}\r\n${lines.join('\r\n')}\r\n\r\n`;
  // Node writes headers in Latin-1, but an odd target may hold any character.
  const parts: Uint8Array[] = [Buffer.from(head)];
  if (body !== undefined && framing === 'chunked') {
    if (body.length > 0) parts.push(Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n'));
    parts.push(Buffer.from('0\r\n\r\n'));
  } else if (body !== undefined) parts.push(body);
  return Buffer.concat(parts);
}

/** A connection that is kept open between requests, one at a time, and made again when the server has closed it. */
export class Wire {
  private socket: Socket | undefined;
  private received: Buffer = Buffer.alloc(0);
  private wake: () => void = () => undefined;

  constructor(private readonly url: string) {}

  /**
   * Sends a request and reads its whole answer.
   * @param isLast whether what follows on the connection is not understood any more, so that it is closed
   * @throws NoAnswer
   */
  async send(request: WireRequest, isLast = false): Promise<WireAnswer> {
    const bytes = bytesOf(request);
    const isReused = this.socket !== undefined;
    try {
      return await this.exchange(bytes, request.method, isLast);
    } catch (error) {
      // A server may close an idle connection just when it is used again.
      if (!isReused || !(error instanceof NoAnswer) || this.received.length > 0) throw error;
      return this.exchange(bytes, request.method, isLast);
    }
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private async exchange(bytes: Buffer, method: string, isLast: boolean): Promise<WireAnswer> {
    const socket = this.socket ?? (await this.open());
    this.received = Buffer.alloc(0);
    socket.write(bytes);
    const timer = setTimeout(() => socket.destroy(), ANSWER_LIMIT_MS);
    try {
      const answer = await this.read(socket, method);
      if (isLast || answer.headers.get('connection') === 'close') this.close();
      return answer;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private async open(): Promise<Socket> {
    const { port, hostname } = new URL(this.url);
    const socket = connect({ port: Number(port), host: hostname, noDelay: true });
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.socket === socket) this.socket = undefined;
      this.wake();
    });
    await new Promise<void>((resolve) => {
      socket.once('connect', resolve);
      socket.once('close', resolve);
    });
    return socket;
  }

  private async read(socket: Socket, method: string): Promise<WireAnswer> {
    for (;;) {
      const end = await this.until(socket, () => this.received.indexOf(HEAD_END));
      const [statusLine = '', ...lines] = this.received.toString('latin1', 0, end).split('\r\n');
      this.received = this.received.subarray(end + HEAD_END.length);
      const status = Number(statusLine.split(' ')[1]);
      // An interim answer, such as the one to `Expect: 100-continue`.
      if (status < 200) continue;
      const headers = new Headers();
      for (const line of lines) {
        const colon = line.indexOf(':');
        headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
      }
      const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
      return { status, headers, text: hasBody ? await this.readBody(socket, headers) : '' };
    }
  }

  private async readBody(socket: Socket, headers: Headers): Promise<string> {
    if (headers.get('transfer-encoding') === 'chunked') {
      const parts: Buffer[] = [];
      for (;;) {
        const end = await this.until(socket, () => this.received.indexOf('\r\n'));
        const size = Number.parseInt(this.received.toString('latin1', 0, end), 16);
        await this.until(socket, () => (this.received.length >= end + size + 4 ? 0 : -1));
        parts.push(this.received.subarray(end + 2, end + 2 + size));
        this.received = this.received.subarray(end + size + 4);
        if (size === 0) return Buffer.concat(parts).toString();
      }
    }
    const length = Number(headers.get('content-length') ?? 0);
    await this.until(socket, () => (this.received.length >= length ? 0 : -1));
    const text = this.received.toString('utf8', 0, length);
    this.received = this.received.subarray(length);
    return text;
  }

  /** Waits until something is there. @param find answers -1 as long as it is not */
  private async until(socket: Socket, find: () => number): Promise<number> {
    for (;;) {
      const found = find();
      if (found !== -1) return found;
      if (socket.destroyed || this.socket !== socket) throw new NoAnswer('the server ended the connection');
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
