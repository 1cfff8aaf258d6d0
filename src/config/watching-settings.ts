import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { readHost } from './address-settings.js';
import { readInteger } from './setting-readers.js';
import { Setting } from './setting.decorator.js';

export const LOG_FORMATS = ['text', 'json'] as const;
export const LOG_LEVELS = ['error', 'warn', 'info'] as const;
export const REQUEST_LOGS = ['none', 'errors', 'all'] as const;

/** The settings of what an operator watches the server by. */
export abstract class WatchingSettings {
  /** The TCP port of the metrics, at `/metrics`; 0 takes a free one. If unset, no metrics are gathered or served. */
  @Setting('METRICS_PORT', readInteger)
  @IsOptional()
  @Min(0)
  @Max(65_535)
  @IsInt()
  readonly metricsPort?: number;

  /** The address of the metrics, or a name for it. They are for anybody who reaches it; the default is this machine only. */
  @Setting('METRICS_HOST', readHost)
  readonly metricsHost: string = '127.0.0.1';

  /** The form of the log: `text`, a line for people, or `json`, an object a line in the names of the Elastic Common Schema. */
  @Setting('LOG_FORMAT')
  @IsIn(LOG_FORMATS)
  readonly logFormat: (typeof LOG_FORMATS)[number] = 'text';

  /** The least severe lines that are logged. */
  @Setting('LOG_LEVEL')
  @IsIn(LOG_LEVELS)
  readonly logLevel: (typeof LOG_LEVELS)[number] = 'info';

  /** Which requests are logged, one line each: `none`, those that were answered with a 5xx status (`errors`), or `all`. */
  @Setting('LOG_REQUESTS')
  @IsIn(REQUEST_LOGS)
  readonly logRequests: (typeof REQUEST_LOGS)[number] = 'none';
}
