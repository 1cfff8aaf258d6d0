import { Controller, Delete, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/openapi/answers.decorator.js';
import { DeletedKittenDto, KittenDto } from './dto/kitten.dto.js';
import { KittenIdPipe } from './kitten-id.pipe.js';
import { KittensService } from './kittens.service.js';

/** Serves both paths in the reference: the one in its samples and the one in its "HTTP Request" lines. */
@ApiTags('Kittens')
@Controller(['api/kittens', 'kittens'])
export class KittensController {
  constructor(private readonly kittens: KittensService) {}

  /**
   * Get a specific kitten
   *
   * @remarks This endpoint retrieves a specific kitten.
   *
   * On a fresh server there are the kittens 1 and 2. To try it again after one was deleted, which is then 410, take the other.
   */
  @Get(':id')
  @ApiParam({ name: 'id', description: 'The ID of the kitten to retrieve', schema: { type: 'integer', example: 2 } })
  @Answers('The kitten', ['invalid_fields', 'not_found', 'deleted'])
  async getKitten(@Param('id', KittenIdPipe) id: number): Promise<KittenDto> {
    const { name, breed, fluffiness, cuteness } = await this.kittens.get(id);
    return { id, name, breed, fluffiness, cuteness };
  }

  /**
   * Delete a specific kitten
   *
   * @remarks This endpoint deletes a specific kitten.
   *
   * On a fresh server there are the kittens 1 and 2. To try it again after one was deleted, which is then 410, take the other.
   */
  @Delete(':id')
  @ApiParam({ name: 'id', description: 'The ID of the kitten to delete', schema: { type: 'integer', example: 2 } })
  @Answers('The kitten was deleted', ['invalid_fields', 'not_found', 'deleted'])
  async deleteKitten(@Param('id', KittenIdPipe) id: number): Promise<DeletedKittenDto> {
    await this.kittens.delete(id);
    return { id, deleted: ':(' };
  }
}
