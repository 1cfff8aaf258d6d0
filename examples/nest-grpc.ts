import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, Transport } from '@nestjs/microservices';
import { createGuard, type Principal } from 'elastic-personas-guard';
import { CredentialGuard, CurrentPrincipal, Scopes } from 'elastic-personas-guard/nest';
import { fileURLToPath } from 'node:url';

const { PERSONAS_URL = '', PERSONAS_AUTH_HEADER = '', PORT = '' } = process.env;
const guard = createGuard({ url: PERSONAS_URL, authHeader: PERSONAS_AUTH_HEADER });
await guard.ready();

@Controller()
class OrdersController {
  @GrpcMethod('Orders', 'List')
  @Scopes('orders:read')
  list(@CurrentPrincipal() principal: Principal): { text: string } {
    return { text: `Orders of ${principal.username}` };
  }
}

@Module({ controllers: [OrdersController] })
class AppModule {}

const app = await NestFactory.createMicroservice(AppModule, {
  transport: Transport.GRPC,
  options: {
    package: 'orders',
    protoPath: fileURLToPath(new URL('orders.proto', import.meta.url)),
    url: `127.0.0.1:${PORT}`,
  },
  logger: false,
});
app.useGlobalGuards(new CredentialGuard(guard));
await app.listen();
