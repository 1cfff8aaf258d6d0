import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { type Revocation, toRow } from './revocation.js';

const INSERTION = 'INSERT INTO revocation (at, kind, user_id, subject_id) VALUES ($1, $2, $3, $4)';
const DELETION = 'DELETE FROM revocation WHERE at < $1';

/** The rows by which every process learns of revocations. No call changes one. */
@Injectable()
export class RevocationRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @param manager of the transaction that revokes. Call it last: the row's order is the order of the commits. */
  async insert(revocation: Revocation, manager: EntityManager): Promise<void> {
    const { kind, userId, subjectId } = toRow(revocation);
    await manager.query(INSERTION, [new Date().toISOString(), kind, userId, subjectId]);
  }

  /** Deletes the rows from before a moment. There are few: one for each revocation. */
  async deleteBefore(before: Date): Promise<void> {
    await this.dataSource.query(DELETION, [before.toISOString()]);
  }
}
