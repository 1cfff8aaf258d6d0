import { Controller, Delete, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/openapi/answers.decorator.js';
import { DeletedKittenDto, KittenDto } from './dto/kitten.dto.js';
import { KittenIdPipe } from './kitten-id.pipe.js';
import { KittensService } from './kittens.service.js';

/** Both of the paths the reference names: those of its samples and those of its "HTTP Request" lines. */
@ApiTags('Kittens')
@Controller(['api/kittens', 'kittens'])
export class KittensController {
  constructor(private readonly kittens: KittensService) {}

  /**
   * Get a specific kitten
   *
   * @remarks This endpoint retrieves a specific kitten.
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
   */
  @Delete(':id')
  @ApiParam({ name: 'id', description: 'The ID of the kitten to delete', schema: { type: 'integer', example: 2 } })
  @Answers('The kitten was deleted', ['invalid_fields', 'not_found', 'deleted'])
  async deleteKitten(@Param('id', KittenIdPipe) id: number): Promise<DeletedKittenDto> {
    await this.kittens.delete(id);
    return { id, deleted: ':(' };
  }
}
