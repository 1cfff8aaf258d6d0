import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { run } from '../support/command-line.js';
import { newFolder } from '../support/server.js';

/** A message of PostgreSQL's protocol. */
function message(type: string, content: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(content, 'latin1')]);
}

const READY = message('Z', 'I');
const WELCOME = Buffer.concat([message('R', '\0\0\0\0'), READY]);
const FAILURE = message('E', 'SERROR\0C57014\0Mcanceling statement due to statement timeout\0\0');

/** Lets everybody in, and fails every statement. */
function answer(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.once('data', () => {
    socket.write(WELCOME);
    socket.on('data', ([type]) => type !== 'X'.charCodeAt(0) && socket.write(Buffer.concat([FAILURE, READY])));
  });
}

describe('A command whose database fails every statement', () => {
  let server: Server;
  const sockets: Socket[] = [];
  let DATABASE_URL: string;

  beforeAll(async () => {
    server = createServer(answer)
      .on('connection', (socket) => sockets.push(socket))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    DATABASE_URL = `postgres://u:sesame@127.0.0.1:${(server.address() as AddressInfo).port}/d`;
  });
  afterAll(() => {
    server.close();
    // A command that still waits for one ends then.
    for (const socket of sockets) socket.destroy();
  });

  it.each([[['doctor']], [['user', 'list']], [['database', 'copy', '--to', 'sqlite:copy.sqlite']]])(
    '%s says so and ends',
    async (args) => {
      const { code, stdout, stderr } = await run({ folder: newFolder() }, args, { env: { DATABASE_URL } });
      expect([code, stdout + stderr]).toEqual([1, expect.stringContaining('statement timeout')]);
      expect(stdout + stderr).not.toContain('sesame');
    },
  );
});
