/** The names and addresses that nobody else on the network can listen at. */
const LOOPBACK = /^(?:localhost|[\w-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether the host of a URL is this machine, for a browser that runs on it. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
