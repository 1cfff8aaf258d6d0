import { Injectable } from '@nestjs/common';
import { FastPath } from '../auth/fast-path.js';
import { requestEnd } from '../http/request-end.js';
import { Measures, REQUEST_BUCKETS } from './measures.js';

/** The methods that OpenTelemetry names; all others are one, since a client chooses among many. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE', 'QUERY']);
const OTHER_METHOD = '_OTHER';
/** The route of all paths that have none. */
const NO_ROUTE = '_unknown';

/** The requests, and how long each took. */
@Injectable()
export class RequestMetrics {
  constructor(measures: Measures, fastPath: FastPath) {
    const durations = measures.histogram(
      {
        name: 'http_server_request_duration_seconds',
        help: 'How long requests took that the fast path did not answer',
      },
      ['http_request_method', 'http_route', 'http_response_status_code'],
      REQUEST_BUCKETS,
    );
    const seriesOf = memoize((route: string) =>
      memoize((method: string) =>
        memoize((status: number) =>
          durations.series({
            http_request_method: method,
            http_route: route,
            http_response_status_code: status,
          }),
        ),
      ),
    );
    requestEnd.watch(({ request: { method }, reply, route = NO_ROUTE, durationMs }) => {
      seriesOf(route)(METHODS.has(method) ? method : OTHER_METHOD)(reply.statusCode).observe(durationMs);
    });
    measures.readCounter(
      {
        name: 'personas_fast_path_requests_total',
        help: 'Requests that the fast path answered with 200, whose duration is not measured',
      },
      ['http_request_method', 'http_route'],
      () =>
        fastPath.answered().map(({ method, path, requests }) => ({
          labels: { http_request_method: method, http_route: path },
          value: requests,
        })),
    );
  }
}

/** A function whose result for a key is made once. There are as many keys as routes, methods or statuses. */
function memoize<Key, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const known = new Map<Key, Made>();
  return (key) => {
    let made = known.get(key);
    if (made === undefined) {
      made = make(key);
      known.set(key, made);
    }
    return made;
  };
}
