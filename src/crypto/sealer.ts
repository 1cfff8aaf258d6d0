import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A sealed text that no secret in force opens: another secret sealed it, or it was tampered with. */
export class SealBroken extends Error {}

/** Where the secrets in force are found, now and after a rotation. */
export interface SecretSource {
  /** The first seals; each opens. */
  inForce(): readonly string[];
}

/** Seals what must be read again but must not be readable in the database (AES-256-GCM, NIST SP 800-38D). */
export class Sealer {
  private readonly source: SecretSource;
  private secrets: readonly string[] = [];
  private keys: readonly Buffer[] = [];

  /** @param purpose separates the keys derived from one secret (HKDF, RFC 5869). */
  constructor(
    source: string | SecretSource,
    private readonly purpose: string,
  ) {
    this.source = typeof source === 'string' ? { inForce: () => [source] } : source;
  }

  /** @param owner the id of the row it is kept in, so that it opens nowhere else. */
  seal(text: string, owner: string): string {
    // What is sealed with a secret that has just been replaced would be lost with it.
    this.refresh();
    return this.sealWithFirst(text, owner);
  }

  /** @throws SealBroken */
  open(sealed: string, owner: string): string {
    const opened = this.openWithAny(sealed, owner);
    if (opened !== undefined) return opened;
    // Another process may have sealed it with a secret that is newer than this process's.
    this.refresh();
    const text = this.openWithAny(sealed, owner);
    if (text === undefined) throw new SealBroken();
    return text;
  }

  /**
   * The same, sealed with the secret that seals now; nothing, where it is already.
   * @throws SealBroken
   */
  reseal(sealed: string, owner: string): string | undefined {
    const [first] = this.keys;
    if (first !== undefined && openWith(first, sealed, owner) !== undefined) return undefined;
    return this.sealWithFirst(this.open(sealed, owner), owner);
  }

  /** Asks the source again. A long-running process learns of a rotation so. */
  refresh(): void {
    const secrets = this.source.inForce();
    const isSame = secrets.length === this.secrets.length && secrets.every((secret, at) => secret === this.secrets[at]);
    if (isSame) return;
    this.secrets = secrets;
    this.keys = secrets.map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, '', `elastic-personas/${this.purpose}`, 32)),
    );
  }

  private sealWithFirst(text: string, owner: string): string {
    const [first] = this.keys;
    if (first === undefined) throw new Error('There is no secret in force');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, first, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return sealed.toString('base64url');
  }

  private openWithAny(sealed: string, owner: string): string | undefined {
    for (const key of this.keys) {
      const text = openWith(key, sealed, owner);
      if (text !== undefined) return text;
    }
    return undefined;
  }
}

function openWith(key: Buffer, sealed: string, owner: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)).toString('utf8');
    // Throws unless the tag is that of the text and its owner.
    decipher.final();
    return text;
  } catch {
    return undefined;
  }
}
