import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ErrorFilter } from './error.filter.js';
import { RouteTable } from './route-table.js';

/** Gives every failure its documented answer. */
@Global()
@Module({
  providers: [RouteTable, { provide: APP_FILTER, useClass: ErrorFilter }],
  exports: [RouteTable],
})
export class ErrorsModule {}
