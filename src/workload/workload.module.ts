import { Global, Module } from '@nestjs/common';
import { CostlyWork } from './costly-work.js';

/** One queue of costly work for the whole process. */
@Global()
@Module({ providers: [CostlyWork], exports: [CostlyWork] })
export class WorkloadModule {}
