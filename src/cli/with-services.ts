import type { Services } from './services.js';

/** Loads the services on demand, because loading them takes most of a command's time. */
export async function withServices<T>(work: (services: Services) => Promise<T>): Promise<T> {
  const services = await import('./services.js');
  return services.withServices(work);
}
