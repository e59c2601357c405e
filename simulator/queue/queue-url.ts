/** Addresses of queues: `redis://[[user]:password@]host[:port][/database]`, or `rediss://` over TLS. */
import { QueueError } from './errors.ts';

const databaseMax = 1_000_000;

export interface QueueUrl {
  /** For the client, with everything. */
  href: string;
  /** For people: without user and password. */
  shown: string;
  database: number;
}

/** @throws QueueError `queue-url`, which never repeats what may be a password */
export function readQueueUrl(text: string): QueueUrl {
  if (!text.includes('://')) throw wrongUrl('redis:// is missing');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrongUrl('that is no address');
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') throw wrongUrl(`${url.protocol}// is another protocol`);
  if (url.hostname === '') throw wrongUrl('the host is missing');
  const database = url.pathname.replace(/^\//, '');
  if (!/^\d{0,7}$/.test(database) || Number(database) > databaseMax)
    throw wrongUrl('after the host comes the number of a database or nothing');
  if (url.search !== '' || url.hash !== '') throw wrongUrl('nothing may follow the database');
  const shown = `${url.protocol}//${url.hostname}${url.port === '' ? '' : `:${url.port}`}${database === '' ? '' : `/${database}`}`;
  return { href: url.href, shown, database: Number(database) };
}

function wrongUrl(why: string): QueueError {
  return new QueueError(
    'queue-url',
    `A queue is named redis://host:port or rediss://host:port, with user:password@ before the host and /database after it where needed; ${why}.`,
  );
}
