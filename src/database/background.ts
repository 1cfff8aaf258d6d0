import { Injectable } from '@nestjs/common';
import { PeriodicTask, type PeriodicWork } from './periodic-task.js';

/**
 * The background work of the process. All of it stops together: after the last request is answered, so that what requests left
 * to it is written, and before the database is closed. A stop that wrote earlier would keep the port open while it waits for
 * the write lock of another process.
 */
@Injectable()
export class Background {
  private readonly tasks: PeriodicTask[] = [];

  /** Registers work. The caller starts the task. */
  add(work: PeriodicWork): PeriodicTask {
    const task = new PeriodicTask(work);
    this.tasks.push(task);
    return task;
  }

  async stop(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
  }
}
