/** What {@link madeOnce} has made. Node loads this file once for a worker of Jest; Jest itself would load it again for each test file. */
module.exports = new Map();
