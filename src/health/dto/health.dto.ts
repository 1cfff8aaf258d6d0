/** How the server is. */
export class HealthDto {
  /** @example ok */
  status: string;
}
