import type { Services } from './services.js';

/** Loads the services, which take most of a command's time, when a command needs them. */
export async function withServices<T>(work: (services: Services) => Promise<T>): Promise<T> {
  const services = await import('./services.js');
  return services.withServices(work);
}
