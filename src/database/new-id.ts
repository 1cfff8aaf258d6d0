import { randomInt } from 'node:crypto';
import { parse, v7 as uuidv7, validate, version } from 'uuid';

/** The largest counter of a version 7 UUID: 32 bits (RFC 9562, section 6.2). */
const MAX_COUNTER = 0xffff_ffff;
/** A new millisecond begins in the lower half of the counter, so that it has room to count. */
const FIRST_COUNTERS = 0x8000_0000;
/** The last millisecond of the year 9999. A later id is no id of this server, and would leave no room above it. */
const LAST_MILLISECOND = 253_402_300_799_999;

/** The time and the counter of an id. Ids sort by them. */
interface Position {
  readonly msecs: number;
  readonly seq: number;
}

let last: Position = { msecs: 0, seq: 0 };

/**
 * A new id: a version 7 UUID that sorts after every earlier id of this process and every id given to `continueAfter`. Lists are
 * ordered by id, and a reader asks for what came after the last id it knows.
 *
 * While the clock is behind the last id, the counter advances and the time of the ids stands still. Once the clock has passed
 * that time, ids follow the clock again. No code reads the time in an id: the columns of a row hold its moments.
 */
export function newId(): string {
  last = following(last, Date.now());
  return uuidv7(last);
}

/** Makes later ids sort after an existing id. An id that this server cannot have made is ignored. */
export function continueAfter(id: string): void {
  const found = positionOf(id);
  if (found === undefined || found.msecs > LAST_MILLISECOND) return;
  const isLater = found.msecs > last.msecs || (found.msecs === last.msecs && found.seq > last.seq);
  if (isLater) last = found;
}

function following({ msecs, seq }: Position, now: number): Position {
  if (now > msecs) return { msecs: now, seq: randomInt(FIRST_COUNTERS) };
  return seq < MAX_COUNTER ? { msecs, seq: seq + 1 } : { msecs: msecs + 1, seq: 0 };
}

function positionOf(id: string): Position | undefined {
  if (!validate(id) || version(id) !== 7) return undefined;
  const view = new DataView(parse(id).buffer);
  const msecs = view.getUint32(0) * 0x1_0000 + view.getUint16(4);
  const [high, middle, low] = [view.getUint16(6), view.getUint16(8), view.getUint8(10)];
  // The version and the variant separate the parts of the counter, which the library writes with 12, 14 and 6 bits.
  const seq = (high & 0x0fff) * 0x10_0000 + (middle & 0x3fff) * 0x40 + (low >>> 2);
  return { msecs, seq };
}
