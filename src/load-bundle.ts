import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

const FOLDER = join(import.meta.dirname, 'bundle');
const CHECKSUM_BYTES = 4;

/** A chunk of the bundle that this process has compiled. */
interface CompiledChunk {
  readonly file: string;
  readonly source: string;
  readonly script: Script;
}

interface Module {
  exports: unknown;
}

type Require = (id: string) => unknown;
type Wrapper = (exports: unknown, require: Require, module: Module, filename: string, dirname: string) => void;

const modules = new Map<string, Module>();
const compiled: CompiledChunk[] = [];

/**
 * Loads a program of the bundle, with V8's code cache of each chunk: parsing and compiling take half of a start. A cache that
 * another version of Node has written, or that belongs to another text, is not used.
 * @returns what the program exports.
 */
export function loadBundle(program: string): unknown {
  const file = `${program}.cjs`;
  // Node reads source maps only for modules that it loads itself.
  return process.sourceMapsEnabled ? createRequire(join(FOLDER, file))(`./${file}`) : load(file);
}

/** The code caches of all chunks that are loaded, with the functions that have run so far; the build writes them. */
export function codeCaches(): { file: string; content: Buffer }[] {
  return compiled.map(({ file, source, script }) => ({
    file: cacheOf(file),
    content: Buffer.concat([checksumOf(source), script.createCachedData()]),
  }));
}

function load(name: string): unknown {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const module: Module = { exports: {} };
  // Before it runs: chunks require each other in circles.
  modules.set(name, module);
  const file = join(FOLDER, name);
  const requireInstalled = createRequire(file);
  const require: Require = (id) => (/^\.\/[^/]+\.cjs$/.test(id) ? load(id.slice(2)) : requireInstalled(id));
  const run = compile(file).runInThisContext() as Wrapper;
  run(module.exports, Object.assign(require, requireInstalled), module, file, FOLDER);
  return module.exports;
}

function compile(file: string): Script {
  const source = readFileSync(file, 'utf8');
  const cachedData = readCache(file, source);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) { ${source}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  compiled.push({ file, source, script });
  return script;
}

/** V8 compares the length of a text with its cache, and not the text. */
function readCache(file: string, source: string): Buffer | undefined {
  let content: Buffer;
  try {
    content = readFileSync(cacheOf(file));
  } catch {
    return undefined;
  }
  const isOfSource = content.subarray(0, CHECKSUM_BYTES).equals(checksumOf(source));
  return isOfSource ? content.subarray(CHECKSUM_BYTES) : undefined;
}

function cacheOf(file: string): string {
  return `${file}.cache`;
}

/** Tells a changed text from the compiled one. A cryptographic hash would take 10 ms of each start, and protect nothing. */
function checksumOf(source: string): Buffer {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(source));
  return checksum;
}
