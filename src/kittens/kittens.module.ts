import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Kitten } from '../database/entities/kitten.entity.js';
import { KittensController } from './kittens.controller.js';
import { KittensService } from './kittens.service.js';

/** A small guarded sample resource for trying out a credential. */
@Module({
  imports: [TypeOrmModule.forFeature([Kitten])],
  controllers: [KittensController],
  providers: [KittensService],
})
export class KittensModule {}
