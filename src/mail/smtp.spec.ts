import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { sendMail } from './smtp.js';

const MAIL = { from: 'login@example.com', to: 'john.doe@example.com', content: Buffer.from('Subject: x\r\n\r\ny\r\n') };
const END_OF_CONTENT = '\r\n.\r\n';
const AN_HOUR_MS = 3_600_000;

describe('A mail server', () => {
  let server: Server;
  let answers: Readonly<Record<string, string>>;
  let onContent: (socket: Socket) => void;

  beforeEach(async () => {
    answers = {};
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 mail.example.com\r\n');
      socket.on('data', (bytes: Buffer) => {
        const text = bytes.toString();
        if (text.endsWith(END_OF_CONTENT)) onContent(socket);
        const [command = ''] = text.split(/[ \r]/, 1);
        if (/^[A-Z]{4}$/.test(command)) socket.write(`${answers[command] ?? '250 ok'}\r\n`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    jest.useRealTimers();
    server.close();
  });

  const send = () => {
    const { port } = server.address() as AddressInfo;
    const options = { beforeContent: () => Promise.resolve(), signal: new AbortController().signal };
    return sendMail({ host: '127.0.0.1', port, tls: 'none' }, MAIL, options);
  };

  it('that answers the content a byte at a time, and never to the end, does not hold up the other mails', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    answers = { DATA: '354 go on' };
    const hasContent = new Promise<Socket>((resolve) => (onContent = resolve));
    const sent = expect(send()).rejects.toMatchObject({ reason: 'the server is not reached (ETIMEDOUT)' });
    (await hasContent).write('250-w');
    jest.advanceTimersByTime(AN_HOUR_MS);
    await sent;
  });

  it.each([
    ['RCPT', 421, true],
    ['DATA', 421, true],
    ['RCPT', 450, false],
    ['RCPT', 550, false],
    ['MAIL', 550, true],
  ])('that answers %s with %d refuses every mail: %s', async (command, code, isOfServer) => {
    answers = { [command]: `${code} no` };
    await expect(send()).rejects.toMatchObject({ isOfServer });
  });
});
