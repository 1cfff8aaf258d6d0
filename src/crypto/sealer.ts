import { Logger } from '@nestjs/common';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { StartupError } from '../errors/startup-error.js';
import { SecretUnavailable, UnsealError } from './sealing-errors.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The maximum number of remembered secrets: the three that can be set or stored at once, and the ones before them. */
const MAX_KEYS = 6;

/** Provides the current secrets, also after a rotation. */
export interface SecretSource {
  /** The setting or the file that holds the secret. */
  readonly name: string;
  /** Each of them opens, and the first one seals where nothing is sealed yet. @throws StartupError */
  currentSecrets(): readonly string[];
}

/** A sealed value, and the id of the row that stores it. */
export interface SealedValue {
  readonly id: string;
  readonly sealed: string;
}

/** A value that was sealed again. */
export interface ResealedValue extends SealedValue {
  /** How it was sealed before. */
  readonly before: string;
}

/** What {@link Sealer.reseal} made of some values. */
export interface Resealing {
  /** The values that another secret had sealed. */
  readonly changed: readonly ResealedValue[];
  /** The ids of those that no known secret opens. */
  readonly unopened: ReadonlySet<string>;
}

interface SealingKey {
  readonly secret: string;
  readonly key: Buffer;
}

/** Encrypts values that the server must read back but a database dump must not reveal (AES-256-GCM, NIST SP 800-38D). */
export class Sealer {
  private readonly logger = new Logger('Secret');
  private readonly source: SecretSource;
  /** Newest first. A wrong or missing file must not displace the secrets that have opened values. */
  private keys: readonly SealingKey[] = [];
  private complaint = '';

  /** @param purpose separates the keys derived from one secret (HKDF, RFC 5869). */
  constructor(
    source: string | SecretSource,
    private readonly purpose: string,
  ) {
    this.source = typeof source === 'string' ? { name: 'the secret', currentSecrets: () => [source] } : source;
  }

  /**
   * Seals a text. Call it in the transaction that stores the text: `secret rotate` changes the sealed witnesses under the same
   * lock, so no transaction can store a value that only the removed secret opens.
   * @param owner the id of the row that stores it; the text opens for no other row.
   * @param witnesses values that show which secret seals, as the transaction sees them; if there are none, the first one does.
   * @throws SecretUnavailable
   */
  seal(text: string, owner: string, witnesses: readonly SealedValue[]): string {
    return sealWith(this.sealingKey(witnesses), text, owner);
  }

  /** Opens a text of {@link seal}. @throws UnsealError, and SecretUnavailable if no secret has been read yet. */
  open(sealed: string, owner: string): string {
    const opened = openWithAny(this.keys, sealed, owner) ?? this.openWithUpdate(sealed, owner);
    if (opened === undefined) throw new UnsealError();
    return opened.text;
  }

  /** Whether a value opens. @throws SecretUnavailable */
  opens({ id, sealed }: SealedValue): boolean {
    return (openWithAny(this.keys, sealed, id) ?? this.openWithUpdate(sealed, id)) !== undefined;
  }

  /** Seals again what another secret than that of the witnesses has sealed. @throws SecretUnavailable */
  reseal(values: readonly SealedValue[], witnesses: readonly SealedValue[]): Resealing {
    const key = this.sealingKey(witnesses);
    const changed: ResealedValue[] = [];
    const unopened = new Set<string>();
    for (const { id, sealed } of values) {
      const opened = openWithAny([key, ...this.keys], sealed, id);
      if (opened === undefined) unopened.add(id);
      else if (opened.key !== key) changed.push({ id, before: sealed, sealed: sealWith(key, opened.text, id) });
    }
    return { changed, unopened };
  }

  private sealingKey(witnesses: readonly SealedValue[]): SealingKey {
    const current = this.readKeys();
    const [first] = current;
    const key = witnesses.length === 0 ? first : this.keyOf(witnesses, current);
    const foreign = `${this.source.name} is not the secret this database was sealed with`;
    if (key === undefined) throw this.unavailable(foreign);
    if (current.includes(key)) {
      this.remember(current);
      this.complaint = '';
    } else {
      this.complain(`${foreign}; the server goes on with the one it read before, and will not start again without it`);
    }
    return key;
  }

  private keyOf(witnesses: readonly SealedValue[], current: readonly SealingKey[]): SealingKey | undefined {
    for (const { id, sealed } of witnesses) {
      const opened = openWithAny([...current, ...this.keys], sealed, id);
      if (opened !== undefined) return opened.key;
    }
    return undefined;
  }

  /** Another process may have sealed it with a newer secret than this process has read. */
  private openWithUpdate(sealed: string, owner: string): Opened | undefined {
    let current: readonly SealingKey[];
    try {
      current = this.readKeys();
    } catch (error) {
      if (this.keys.length === 0) throw error;
      return undefined;
    }
    const opened = openWithAny(current, sealed, owner);
    if (opened !== undefined) this.remember(current);
    return opened;
  }

  private readKeys(): SealingKey[] {
    let secrets: readonly string[];
    try {
      secrets = this.source.currentSecrets();
    } catch (error) {
      if (error instanceof StartupError) throw this.unavailable(error.message);
      throw error;
    }
    return secrets.map((secret) => this.keys.find((known) => known.secret === secret) ?? this.derive(secret));
  }

  private derive(secret: string): SealingKey {
    return { secret, key: Buffer.from(hkdfSync('sha256', secret, '', `elastic-personas/${this.purpose}`, 32)) };
  }

  private remember(current: readonly SealingKey[]): void {
    this.keys = [...new Set([...current, ...this.keys])].slice(0, MAX_KEYS);
  }

  private unavailable(reason: string): SecretUnavailable {
    this.complain(reason);
    return new SecretUnavailable(reason);
  }

  /** Logs a state once, and not with each request that meets it. */
  private complain(line: string): void {
    if (this.complaint === line) return;
    this.complaint = line;
    this.logger.error(line);
  }
}

interface Opened {
  readonly text: string;
  readonly key: SealingKey;
}

function sealWith({ key }: SealingKey, text: string, owner: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

function openWithAny(keys: readonly SealingKey[], sealed: string, owner: string): Opened | undefined {
  for (const key of keys) {
    const text = openWith(key, sealed, owner);
    if (text !== undefined) return { text, key };
  }
  return undefined;
}

function openWith({ key }: SealingKey, sealed: string, owner: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)).toString('utf8');
    // Throws unless the authentication tag matches the text and its owner.
    decipher.final();
    return text;
  } catch {
    return undefined;
  }
}
