/** What can go wrong between a run and its queue. That a shard cannot be lived is a ShardError, wherever it was tried. */

export type QueueErrorCode =
  /** The address is none. */
  | 'queue-url'
  /** Nobody answers there. */
  | 'queue-unreachable'
  /** Redis answers, and does not do what it is asked. */
  | 'queue-refused';

export class QueueError extends Error {
  override readonly name = 'QueueError';
  readonly code: QueueErrorCode;
  constructor(code: QueueErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
