import { Injectable, Logger } from '@nestjs/common';
import { PeriodicTask, type PeriodicWork } from './periodic-task.js';

/**
 * How long a stop waits for all last runs together. While another process holds the write lock, each of them waits for several
 * seconds, one after another, and a supervisor kills a process that does not end.
 */
const STOP_LIMIT_MS = 2000;

/**
 * The background work of the process. All of it stops together: after the last request is answered, so that what requests left
 * to it is written, and before the database is closed. A stop that wrote earlier would keep the port open while it waits for
 * the write lock of another process.
 */
@Injectable()
export class Background {
  private readonly logger = new Logger('Background');
  private readonly tasks: PeriodicTask[] = [];

  /** Registers work. The caller starts the task. */
  add(work: PeriodicWork): PeriodicTask {
    const task = new PeriodicTask(work);
    this.tasks.push(task);
    return task;
  }

  /**
   * Resolves after the last runs and the work that follows them, or after two seconds: what is not written by then is lost.
   * @param finish follows the last runs.
   */
  async stop(finish: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, STOP_LIMIT_MS, false)));
    const done = Promise.all(this.tasks.map((task) => task.stop())).then(finish);
    const isDone = await Promise.race([done.then(() => true), late]);
    clearTimeout(timer);
    if (!isDone)
      this.logger.warn('The database was locked during the stop, so not all last uses and counts were written');
  }
}
