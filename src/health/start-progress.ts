import { Injectable } from '@nestjs/common';

/** Whether a start is over. Between listening and that, a first start makes the first administrator. */
@Injectable()
export class StartProgress {
  isOver = false;
}
