import { createGuard } from 'elastic-personas-guard';
import { principalOf, requireCredential } from 'elastic-personas-guard/express';
import express from 'express';
import process from 'node:process';

const { PERSONAS_URL, PERSONAS_AUTH_HEADER, PORT } = process.env;
const guard = createGuard({ url: PERSONAS_URL, authHeader: PERSONAS_AUTH_HEADER });
await guard.ready();

const app = express();
app.get('/orders', requireCredential(guard, { scopes: ['orders:read'] }), (request, response) => {
  response.send(`Orders of ${principalOf(request).username}`);
});
app.listen(PORT, '127.0.0.1');
