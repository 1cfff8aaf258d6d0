import { createGuard } from 'elastic-personas-guard';
import { principalOf, requireCredential } from 'elastic-personas-guard/fastify';
import { fastify } from 'fastify';
import process from 'node:process';

const { PERSONAS_URL, PERSONAS_AUTH_HEADER, PORT } = process.env;
const guard = createGuard({ url: PERSONAS_URL, authHeader: PERSONAS_AUTH_HEADER });
await guard.ready();

const app = fastify();
app.addHook('onClose', () => guard.close());
app.get('/orders', { onRequest: requireCredential(guard, { scopes: ['orders:read'] }) }, (request) => {
  return `Orders of ${principalOf(request).username}`;
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
