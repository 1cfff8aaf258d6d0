import { availableParallelism } from 'node:os';

/** The libuv threads available for hashing: two are reserved for the database. The pool size is fixed before the start. */
export const MAX_HASH_CONCURRENCY = Math.max(1, (Number(process.env.UV_THREADPOOL_SIZE) || 4) - 2);

/** Leaves one core to all requests but logins. */
export const DEFAULT_HASH_CONCURRENCY = Math.min(Math.max(1, availableParallelism() - 1), MAX_HASH_CONCURRENCY);
