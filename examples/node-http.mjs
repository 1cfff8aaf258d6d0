import { checkRequest, createGuard, sendRefusal } from 'elastic-personas-guard';
import { createServer } from 'node:http';
import process from 'node:process';

const { PERSONAS_URL, PERSONAS_AUTH_HEADER, PORT } = process.env;
const guard = createGuard({ url: PERSONAS_URL, authHeader: PERSONAS_AUTH_HEADER });
await guard.ready();

createServer((request, response) => {
  checkRequest(guard, request, { scopes: ['orders:read'] }).then(
    ({ username }) => response.end(`Orders of ${username}`),
    (error) => sendRefusal(response, error),
  );
}).listen(PORT, '127.0.0.1');
