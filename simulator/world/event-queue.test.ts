import { eventQueueContract } from './event-queue.contract.ts';
import { HeapQueue } from './heap-queue.ts';
import { TimingWheel } from './timing-wheel.ts';

eventQueueContract('HeapQueue', (capacity) => new HeapQueue(capacity));
eventQueueContract('TimingWheel', (capacity, start) => new TimingWheel(capacity, start));
