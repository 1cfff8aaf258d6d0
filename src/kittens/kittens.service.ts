import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import { ApiError } from '../errors/api-error.js';
import { Kitten } from '../database/entities/kitten.entity.js';

const FIRST_KITTENS = [
  { id: 1, name: 'Biscuit', breed: 'calico', fluffiness: 6, cuteness: 7 },
  { id: 2, name: 'Max', breed: 'unknown', fluffiness: 5, cuteness: 10 },
];

/** Stores the kittens of the reference's samples. */
@Injectable()
export class KittensService implements OnModuleInit {
  constructor(@InjectRepository(Kitten) private readonly kittens: Repository<Kitten>) {}

  /** Seeds the kittens once: the row of a deleted kitten remains, so a restart does not bring it back. */
  async onModuleInit(): Promise<void> {
    await this.kittens.createQueryBuilder().insert().values(FIRST_KITTENS).orIgnore().execute();
  }

  /** @throws ApiError `not_found` or `deleted` */
  async get(id: number): Promise<Kitten> {
    const kitten = await this.kittens.findOneBy({ id });
    if (kitten === null) throw new ApiError('not_found');
    if (kitten.deleted !== null) throw new ApiError('deleted');
    return kitten;
  }

  /** @throws ApiError `not_found` or `deleted` */
  async delete(id: number): Promise<void> {
    const { affected } = await this.kittens.update({ id, deleted: IsNull() }, { deleted: new Date() });
    if (!affected) await this.get(id);
  }
}
