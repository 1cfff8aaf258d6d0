import { ApiSchema } from '@nestjs/swagger';
@ApiSchema({ name: 'Kitten', description: 'A kitten.' })
export class KittenDto {
  /** @example 2 */
  id: number;

  /** @example Max */
  name: string;

  /** @example unknown */
  breed: string;

  /** @example 5 */
  fluffiness: number;

  /** @example 10 */
  cuteness: number;
}

@ApiSchema({ name: 'DeletedKitten', description: 'A kitten that was deleted.' })
export class DeletedKittenDto {
  /** @example 2 */
  id: number;

  /** @example :( */
  deleted: string;
}
