import { ApiProperty, ApiSchema } from '@nestjs/swagger';
@ApiSchema({ name: 'Health', description: 'The health of the server.' })
export class HealthDto {
  /** The health: `ok`, because a server that is not well answers with an error. */
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}
