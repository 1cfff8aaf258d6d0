import { ApiSchema } from '@nestjs/swagger';
@ApiSchema({ name: 'Success', description: 'A success without further content.' })
export class SuccessDto {
  /**
   * The success message.
   * @example Success
   */
  message: string;
}

export const SUCCESS: SuccessDto = { message: 'Success' };
