import { existsSync, readFileSync, statSync } from 'node:fs';
import { endianness, uptime } from 'node:os';
import { DatabaseFault } from '../database-kind.js';

// https://www.sqlite.org/walformat.html: the header of the index is there twice, and what follows says how much was folded.
const INDEX_HEADER = 48;
const INDEX_VERSION = 3_007_000;
const FOLDED_AT = 96;
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
/** The order of the bytes in the checksums of a log, by its first four. */
const MAGIC = { 0x377f0682: 'LE', 0x377f0683: 'BE' } as const;

/** What the index of a write-ahead log says of the log. */
interface LogIndex {
  /** The number of committed frames. */
  readonly frames: number;
  /** How many of them are in the database file as well. */
  readonly folded: number;
  /** What tells the log from one that was begun earlier or later. */
  readonly salts: Buffer;
}

/**
 * Compares the write-ahead log of a killed server with its index, which the kill has left. SQLite reads a log up to its first damage
 * and takes the rest for what was never committed: the latest changes would be missing, and what they have revoked accepted again.
 * Call it before the database is opened, which makes the index anew.
 * @throws DatabaseFault if committed changes are missing
 */
export function refuseLostLog(file: string): void {
  const index = readIndex(`${file}-shm`);
  if (index === undefined || index.frames <= index.folded || hasFrames(`${file}-wal`, index)) return;
  // A server that runs may have begun another log between the two.
  const again = readIndex(`${file}-shm`);
  if (again === undefined || !again.salts.equals(index.salts)) return;
  throw new DatabaseFault(
    `${file}-wal was deleted, cut or damaged, and the latest changes are only there: put it back, or restore a backup with ` +
      `personas database restore. To go on without these changes and revocations, delete ${file}-shm`,
  );
}

/** Undefined where it tells nothing: it is not written to outlive the machine. */
function readIndex(file: string): LogIndex | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  if (bytes.length < FOLDED_AT + 4) return undefined;
  if (statSync(file).mtimeMs < Date.now() - uptime() * 1000) return undefined;
  const [first, second] = [bytes.subarray(0, INDEX_HEADER), bytes.subarray(INDEX_HEADER, 2 * INDEX_HEADER)];
  const isLittle = endianness() === 'LE';
  const numberAt = (at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  if (!first.equals(second) || numberAt(0) !== INDEX_VERSION || bytes[12] !== 1) return undefined;
  return { frames: numberAt(16), folded: numberAt(FOLDED_AT), salts: Buffer.from(bytes.subarray(32, 40)) };
}

/** Whether the log has the frames of an index, undamaged. */
function hasFrames(file: string, { frames, salts }: LogIndex): boolean {
  if (!existsSync(file)) return false;
  const log = readFileSync(file);
  if (log.length < LOG_HEADER) return false;
  const order = MAGIC[log.readUInt32BE(0) as keyof typeof MAGIC] as 'LE' | 'BE' | undefined;
  if (order === undefined || !log.subarray(16, 24).equals(salts)) return false;
  const frameLength = FRAME_HEADER + log.readUInt32BE(8);
  if (log.length < LOG_HEADER + frames * frameLength) return false;
  const sum = new Checksum(order, log.readUInt32BE(24), log.readUInt32BE(28));
  for (let frame = 0; frame < frames; frame++) {
    const at = LOG_HEADER + frame * frameLength;
    sum.add(log.subarray(at, at + 8));
    sum.add(log.subarray(at + FRAME_HEADER, at + frameLength));
    if (!sum.isAt(log, at + 16) || !log.subarray(at + 8, at + 16).equals(salts)) return false;
  }
  return true;
}

/** The sum of all frames up to one. */
class Checksum {
  constructor(
    private readonly order: 'LE' | 'BE',
    private first: number,
    private second: number,
  ) {}

  add(bytes: Buffer): void {
    const isLittle = this.order === 'LE';
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let { first, second } = this;
    for (let at = 0; at < bytes.length; at += 8) {
      first = (first + view.getUint32(at, isLittle) + second) | 0;
      second = (second + view.getUint32(at + 4, isLittle) + first) | 0;
    }
    this.first = first >>> 0;
    this.second = second >>> 0;
  }

  isAt(log: Buffer, at: number): boolean {
    return log.readUInt32BE(at) === this.first && log.readUInt32BE(at + 4) === this.second;
  }
}
