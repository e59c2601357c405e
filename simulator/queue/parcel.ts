/**
 * What a shard came to, on its way from a worker to the coordinator: what it found, and its part of the run's file, compressed, in a hash
 * of pieces. Each piece has its place, so that one that is sent twice is there once.
 */
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { pid } from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { deserialize, serialize } from 'node:v8';
import { createGunzip, createGzip, gunzipSync, gzipSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import type { ShardFound } from '../world/found.ts';
import { parcelMs } from './keys.ts';

const pieceBytes = 1024 * 1024;

/** It is not there, or not whole: Redis has lost it, and the shard has to be lived again. */
export class ParcelLost extends Error {
  constructor(cause?: unknown) {
    super('What a shard came to is not in Redis any more.', { cause });
    this.name = 'ParcelLost';
  }
}

/** @param part path of the part's file; null: there is none. @returns bytes sent */
export async function sendParcel(redis: Redis, key: string, found: ShardFound, part: string | null): Promise<number> {
  await redis.del(key);
  const head = gzipSync(serialize(found), { level: 1 });
  await redis.hset(key, 'found', head);
  await redis.pexpire(key, parcelMs);
  let bytes = head.length;
  let pieces = 0;
  if (part !== null) {
    const zip = createGzip({ level: 1 });
    await pipeline(createReadStream(part), zip, async (zipped: AsyncIterable<Buffer>) => {
      for await (const piece of inPieces(zipped)) {
        await redis.hset(key, String(pieces), piece);
        bytes += piece.length;
        pieces += 1;
      }
    });
  }
  await redis.hset(key, 'pieces', pieces);
  return bytes;
}

/** @param part where the part's file is to be, whole or not at all; null: nowhere. @throws ParcelLost (rejects) */
export async function takeParcel(redis: Redis, key: string, part: string | null): Promise<ShardFound> {
  const [head, pieces] = await redis.hmgetBuffer(key, 'found', 'pieces');
  if (!head || !pieces) throw new ParcelLost();
  const found = unpacked(head);
  if (part !== null) await takePart(redis, key, Number(pieces), part);
  return found;
}

function unpacked(head: Buffer): ShardFound {
  try {
    return deserialize(gunzipSync(head)) as ShardFound;
  } catch (error) {
    throw new ParcelLost(error);
  }
}

async function takePart(redis: Redis, key: string, pieces: number, part: string): Promise<void> {
  const unfinished = `${part}.${pid}.unfinished`;
  try {
    await pipeline(Readable.from(piecesOf(redis, key, pieces)), createGunzip(), createWriteStream(unfinished));
    renameSync(unfinished, part);
  } catch (error) {
    rmSync(unfinished, { force: true });
    // A file that cannot be written says so by itself; what cannot be unpacked was not whole.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) throw new ParcelLost(error);
    throw error;
  }
}

async function* piecesOf(redis: Redis, key: string, pieces: number): AsyncIterable<Buffer> {
  for (let number = 0; number < pieces; number++) {
    const piece = await redis.hgetBuffer(key, String(number));
    if (piece === null) throw new ParcelLost();
    yield piece;
  }
}

/** A compressor gives little pieces: each of them would be a round trip. */
async function* inPieces(zipped: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const one of zipped) {
    waiting.push(one);
    bytes += one.length;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(waiting);
    [waiting, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}
