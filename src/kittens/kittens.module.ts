import { Module } from '@nestjs/common';
import { KittenRepository } from './kitten.repository.js';
import { KittensController } from './kittens.controller.js';
import { KittensService } from './kittens.service.js';

/** A small guarded sample resource for trying out a credential. */
@Module({
  controllers: [KittensController],
  providers: [KittenRepository, KittensService],
})
export class KittensModule {}
