/** That something was done. */
export class SuccessDto {
  /**
   * That it worked.
   * @example Success
   */
  message: string;
}

export const SUCCESS: SuccessDto = { message: 'Success' };
