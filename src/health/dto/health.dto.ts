/** The health of the server. */
export class HealthDto {
  /** @example ok */
  status: string;
}
