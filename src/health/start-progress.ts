import { Injectable } from '@nestjs/common';

/** Whether the start is complete. A first start creates the first administrator between listening and completion. */
@Injectable()
export class StartProgress {
  isOver = false;
}
