import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createGuard, type Principal } from 'elastic-personas-guard';
import { CredentialGuard, CurrentPrincipal, Public, Scopes } from 'elastic-personas-guard/nest';

const { PERSONAS_URL = '', PERSONAS_AUTH_HEADER = '', PORT = '' } = process.env;
const guard = createGuard({ url: PERSONAS_URL, authHeader: PERSONAS_AUTH_HEADER });
await guard.ready();

@Controller()
class OrdersController {
  @Get('orders')
  @Scopes('orders:read')
  list(@CurrentPrincipal() principal: Principal): string {
    return `Orders of ${principal.username}`;
  }

  @Get('health')
  @Public()
  health(): string {
    return 'ok';
  }
}

@Module({ controllers: [OrdersController] })
class AppModule {}

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false });
app.useGlobalGuards(new CredentialGuard(guard));
await app.listen(PORT, '127.0.0.1');
