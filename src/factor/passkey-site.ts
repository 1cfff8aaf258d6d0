import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import { rpIdOf } from '../config/passkey-rp-id.js';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';

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

  /** The domain of passkeys; undefined if they cannot work at PUBLIC_URL. */
  get rpId(): string | undefined {
    return rpIdOf(this.settings);
  }

  /** @throws ApiError `passkeys_unavailable` if passkeys cannot work at PUBLIC_URL */
  get current(): PasskeySite {
    const { rpId } = this;
    if (rpId === undefined) throw new ApiError('passkeys_unavailable');
    // Without PUBLIC_URL, a browser on this machine: to no other one do browsers offer passkeys over plain HTTP.
    const { publicUrl = `http://${rpId}:${this.port}` } = this.settings;
    return { rpId, origin: new URL(publicUrl).origin, name: rpId };
  }

  /** PORT, or the port that the system chose if that is 0. */
  private get port(): number {
    if (this.settings.port !== 0) return this.settings.port;
    const server = this.adapters.httpAdapter.getHttpServer() as { address(): AddressInfo | null };
    return server.address()?.port ?? 0;
  }
}
