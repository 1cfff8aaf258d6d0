/*
 * Loaded into a server before its program (`--require`): while there is a file `still` in the working folder, no statement of the
 * SQLite driver is run, as on a disk that stands still.
 */
const { existsSync } = require('node:fs');
const { Statement } = require('sqlite3');

const PAUSE_MS = 20;

for (const name of ['run', 'get', 'all', 'each']) {
  const original = Statement.prototype[name];
  Statement.prototype[name] = function (...values) {
    if (!existsSync('still')) return original.apply(this, values);
    setTimeout(() => Statement.prototype[name].apply(this, values), PAUSE_MS);
    return this;
  };
}
