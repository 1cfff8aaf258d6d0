import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Transport } from '@nestjs/microservices';
import { createGuard, type Principal } from 'elastic-personas-guard';
import { CredentialGuard, CurrentPrincipal, Scopes } from 'elastic-personas-guard/nest';

const { PERSONAS_URL = '', PERSONAS_AUTH_HEADER = '', PORT = '' } = process.env;
const guard = createGuard({ url: PERSONAS_URL, authHeader: PERSONAS_AUTH_HEADER });
await guard.ready();

/** A message has its credential in its data: `{ metadata: { authorization: 'Bearer …' } }`. */
@Controller()
class OrdersController {
  @MessagePattern('orders')
  @Scopes('orders:read')
  list(@CurrentPrincipal() principal: Principal): string {
    return `Orders of ${principal.username}`;
  }
}

@Module({ controllers: [OrdersController] })
class AppModule {}

const app = await NestFactory.createMicroservice(AppModule, {
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port: Number(PORT) },
  logger: false,
});
app.useGlobalGuards(new CredentialGuard(guard));
await app.listen();
