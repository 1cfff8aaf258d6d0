import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import { ApiError } from '../errors/api-error.js';
import { Kitten } from '../database/entities/kitten.entity.js';

const FIRST_KITTENS = [
  { id: 1, name: 'Biscuit', breed: 'calico', fluffiness: 6, cuteness: 7 },
  { id: 2, name: 'Max', breed: 'unknown', fluffiness: 5, cuteness: 10 },
];

/** Keeps the kittens of the reference's samples. */
@Injectable()
export class KittensService implements OnModuleInit {
  constructor(@InjectRepository(Kitten) private readonly kittens: Repository<Kitten>) {}

  /** Once only: a deleted kitten's row is still there. */
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
