/*
 * Loaded into a server before its program (`--require`): it notes each statement that the SQLite driver runs, and tells them,
 * with the processor time of the process and what it holds in memory, at a socket in the working folder.
 */
const { createServer } = require('node:net');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const { Database, Statement } = require('sqlite3');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

let statements = [];
for (const name of ['run', 'get', 'all', 'each']) {
  const original = Statement.prototype[name];
  Statement.prototype[name] = function (...values) {
    statements.push(this.sql);
    return original.apply(this, values);
  };
}
const original = Object.getOwnPropertyDescriptor(Database.prototype, 'exec').value;
Database.prototype.exec = function (sql, ...rest) {
  statements.push(sql);
  return original.call(this, sql, ...rest);
};

createServer((socket) => {
  socket.once('data', (question) => {
    const { user, system } = process.cpuUsage();
    const taken = statements;
    statements = [];
    // It takes longer than all requests of most tests.
    if (question.toString() === 'heap') collectGarbage();
    const heapBytes = process.memoryUsage().heapUsed;
    socket.end(JSON.stringify({ statements: taken, cpuMs: (user + system) / 1000, heapBytes }));
  });
})
  .listen('statements.sock')
  .unref();
