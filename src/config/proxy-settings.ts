import { IsBoolean } from 'class-validator';
import { readProxies } from './address-settings.js';
import { readBoolean } from './setting-readers.js';
import { Setting } from './setting.decorator.js';
import { WatchingSettings } from './watching-settings.js';

/** The settings of the proxies in front of the server. */
export abstract class ProxySettings extends WatchingSettings {
  /** The addresses and networks (CIDR) of the proxies whose `X-Forwarded-…` headers are trusted; none by default. */
  @Setting('TRUST_PROXY', readProxies)
  readonly trustedProxies: string[] = [];

  /**
   * Whether every request but a health check is refused unless a trusted proxy says in `X-Forwarded-Proto` that its client came
   * by https.
   */
  @Setting('REQUIRE_HTTPS', readBoolean)
  @IsBoolean()
  readonly requiresHttps: boolean = false;
}
