// The minimum of a Node server: answers every request with the same JSON text.
//   node bare-server.mjs <the answer's length> <its content type>
import { createServer } from 'node:http';
import process from 'node:process';

const [length, contentType] = process.argv.slice(2);
const content = JSON.stringify('x'.repeat(Number(length) - 2));

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': contentType, 'content-length': content.length });
  response.end(content);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
