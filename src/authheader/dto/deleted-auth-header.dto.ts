/** That an auth header was deleted. */
export class DeletedAuthHeaderDto {
  /**
   * That it worked.
   * @example Success
   */
  message: string;
}
