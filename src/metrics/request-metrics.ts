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
    requestEnd.watch(({ request: { method }, reply, route = NO_ROUTE, durationMs }) => {
      const labels = {
        http_request_method: METHODS.has(method) ? method : OTHER_METHOD,
        http_route: route,
        http_response_status_code: reply.statusCode,
      };
      durations.observe(labels, durationMs / 1000);
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
