import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 allocate all objects in the young generation from now on. By itself, it allocates the objects of a piece of code in the old
 * one if its earlier ones have lived long. Code of Node that makes objects for the life of the process during a start makes others
 * for each request with a body, and an object in the old generation keeps all that it refers to until the next full collection. On
 * Node 20, an introspection took half as long again. Call it once the server has started: V8 takes no code cache that was made
 * with other flags. What is loaded later, such as the library for passkeys at its first use, is compiled without its cache.
 */
export function allocateYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
