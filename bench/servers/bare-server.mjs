// The minimum of a Node server: answers every request with the same JSON text, once it has read the body if there is one.
//   node bare-server.mjs <the answer's length> <its content type>
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import process from 'node:process';

const [length, contentType] = process.argv.slice(2);
const content = JSON.stringify('x'.repeat(Number(length) - 2));

const server = createServer((request, response) => {
  const answer = () => {
    response.writeHead(200, { 'content-type': contentType, 'content-length': content.length });
    response.end(content);
  };
  if (request.method === 'GET') {
    answer();
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    Buffer.concat(chunks).toString();
    answer();
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
