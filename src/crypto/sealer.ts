import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** No current secret opens a sealed text: another secret sealed it, or it was tampered with. */
export class UnsealError extends Error {}

/** Provides the current secrets, also after a rotation. */
export interface SecretSource {
  /** The first one seals; each of them opens. */
  currentSecrets(): readonly string[];
}

/** Encrypts values that the server must read back but a database dump must not reveal (AES-256-GCM, NIST SP 800-38D). */
export class Sealer {
  private readonly source: SecretSource;
  private secrets: readonly string[] = [];
  private keys: readonly Buffer[] = [];

  /** @param purpose separates the keys derived from one secret (HKDF, RFC 5869). */
  constructor(
    source: string | SecretSource,
    private readonly purpose: string,
  ) {
    this.source = typeof source === 'string' ? { currentSecrets: () => [source] } : source;
  }

  /** @param owner the id of the row that stores it; the text opens for no other row. */
  seal(text: string, owner: string): string {
    // A value sealed with a secret that was just replaced would be lost with it.
    this.refresh();
    return this.sealWithFirst(text, owner);
  }

  /** @throws UnsealError */
  open(sealed: string, owner: string): string {
    const opened = this.openWithAny(sealed, owner);
    if (opened !== undefined) return opened;
    // Another process may have sealed it with a newer secret than this process has loaded.
    this.refresh();
    const text = this.openWithAny(sealed, owner);
    if (text === undefined) throw new UnsealError();
    return text;
  }

  /**
   * Seals a text again with the current secret. @returns undefined if that secret sealed it already.
   * @throws UnsealError
   */
  reseal(sealed: string, owner: string): string | undefined {
    const [first] = this.keys;
    if (first !== undefined && openWith(first, sealed, owner) !== undefined) return undefined;
    return this.sealWithFirst(this.open(sealed, owner), owner);
  }

  /** Reloads the secrets, so that a long-running process learns of a rotation. */
  refresh(): void {
    const secrets = this.source.currentSecrets();
    const isSame = secrets.length === this.secrets.length && secrets.every((secret, at) => secret === this.secrets[at]);
    if (isSame) return;
    this.secrets = secrets;
    this.keys = secrets.map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, '', `elastic-personas/${this.purpose}`, 32)),
    );
  }

  private sealWithFirst(text: string, owner: string): string {
    const [first] = this.keys;
    if (first === undefined) throw new Error('There is no current secret');
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
    // Throws unless the authentication tag matches the text and its owner.
    decipher.final();
    return text;
  } catch {
    return undefined;
  }
}
