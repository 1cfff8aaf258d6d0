import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

/** Which part of a list to answer. */
export class PageQueryDto {
  /**
   * How many at most; without it, up to 1000.
   * @example 100
   */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' && value !== '' ? Number(value) : value))
  @Min(1, { message: 'must be 1 to 1000' })
  @Max(1000, { message: 'must be 1 to 1000' })
  @IsInt({ message: 'must be a whole number' })
  limit?: number;

  /**
   * Where the page begins, as the `Link` header of the page before it says.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsOptional()
  @IsUUID(undefined, { message: 'must be a cursor of a Link header' })
  cursor?: string;
}
