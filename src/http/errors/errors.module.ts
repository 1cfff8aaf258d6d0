import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ErrorFilter } from './error.filter.js';
import { RouteTable } from './route-table.js';

/** Answers every failure with a documented error. */
@Global()
@Module({
  providers: [RouteTable, { provide: APP_FILTER, useClass: ErrorFilter }],
  exports: [RouteTable],
})
export class ErrorsModule {}
