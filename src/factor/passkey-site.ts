import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import { rpIdOf } from '../config/passkey-rp-id.js';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';

const LOCALHOST = 'localhost';

/** Where passkeys are made and used, in the words of WebAuthn. */
export interface PasskeySite {
  /** The domain that a passkey belongs to. Its authenticator signs for no other. */
  readonly rpId: string;
  /** The origin of the pages that may ask for one. */
  readonly origin: string;
  /** What authenticators show. */
  readonly name: string;
}

/**
 * Tells the {@link PasskeySite} from the settings alone. The `Host` of a request is its sender's word: a page in the middle
 * would name its own.
 */
@Injectable()
export class PasskeySites {
  constructor(
    private readonly settings: Settings,
    private readonly adapters: HttpAdapterHost,
  ) {}

  /** Whether passkeys can work at the address of the server. */
  get isUsable(): boolean {
    return this.settings.publicUrl === undefined || rpIdOf(this.settings) !== undefined;
  }

  /** @throws ApiError `passkeys_unavailable` if passkeys cannot work at PUBLIC_URL */
  get current(): PasskeySite {
    const { publicUrl } = this.settings;
    // Without PUBLIC_URL only a browser on this machine can be served: browsers offer passkeys to nobody else over plain HTTP.
    if (publicUrl === undefined) {
      return { rpId: LOCALHOST, origin: `http://${LOCALHOST}:${this.port}`, name: LOCALHOST };
    }
    const rpId = rpIdOf(this.settings);
    if (rpId === undefined) throw new ApiError('passkeys_unavailable');
    return { rpId, origin: new URL(publicUrl).origin, name: rpId };
  }

  /** PORT, or the port that the system chose if that is 0. */
  private get port(): number {
    if (this.settings.port !== 0) return this.settings.port;
    const server = this.adapters.httpAdapter.getHttpServer() as { address(): AddressInfo | null };
    return server.address()?.port ?? 0;
  }
}
