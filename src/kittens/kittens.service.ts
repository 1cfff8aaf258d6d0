import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import type { Kitten } from '../database/entities/kitten.entity.js';
import { KittenRepository } from './kitten.repository.js';

const FIRST_KITTENS = [
  { id: 1, name: 'Biscuit', breed: 'calico', fluffiness: 6, cuteness: 7 },
  { id: 2, name: 'Max', breed: 'unknown', fluffiness: 5, cuteness: 10 },
];

/** Stores the kittens of the reference's samples. */
@Injectable()
export class KittensService implements OnModuleInit {
  constructor(private readonly kittens: KittenRepository) {}

  /** Seeds the kittens once: the row of a deleted kitten remains, so a restart does not bring it back. */
  async onModuleInit(): Promise<void> {
    await this.kittens.insertMissing(FIRST_KITTENS);
  }

  /** @throws ApiError `not_found` or `deleted` */
  async get(id: number): Promise<Kitten> {
    const kitten = await this.kittens.find(id);
    if (kitten === null) throw new ApiError('not_found');
    if (kitten.deleted !== null) throw new ApiError('deleted');
    return kitten;
  }

  /** @throws ApiError `not_found` or `deleted` */
  async delete(id: number): Promise<void> {
    if (!(await this.kittens.delete(id))) await this.get(id);
  }
}
