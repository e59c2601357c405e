/**
 * Lies between a device's WebSocket and its TLS connection, and does to the bytes what faults on the wire do: breaks off in the middle of a
 * frame, falls silent, reads or writes slowly. Undisturbed it hands everything on.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../../runtime/clock.ts';
import { minuteMs, secondMs } from '../../../runtime/duration.ts';

/** Slow ends take their bytes in portions of a tick. */
const tickMs = 100;
/** A server that has not noticed by then that nobody is there never will. */
const forgottenMsMax = 10 * minuteMs;

/** Bytes per second; null: as fast as it goes. */
export interface Rates {
  read: number | null;
  write: number | null;
}

type Done = (error?: Error | null) => void;

export class WireSocket extends Duplex {
  readonly #tls: TLSSocket;
  readonly #tcp: Socket;
  readonly #real: Clock;
  #rates: Rates = { read: null, write: null };
  /** How many bytes the device has got. */
  bytesRead = 0;
  bytesWritten = 0;
  /** What has come and was not read yet by one that reads slowly. */
  #unread: Buffer[] = [];
  #isReading = false;
  #hasEnded = false;
  /** Nothing goes through any more, and nobody knows. */
  #isSilent = false;
  #isToBreak = false;
  readonly #cancels = new Set<() => void>();
  /** After it fell silent, and the device has long another one: the connection is gone. */
  onForgotten = () => {};

  constructor(tls: TLSSocket, tcp: Socket, real: Clock) {
    super();
    this.#tls = tls;
    this.#tcp = tcp;
    this.#real = real;
    tls.on('data', (chunk: Buffer) => this.#came(chunk));
    tls.on('end', () => this.#ended());
    tls.on('error', (error) => {
      if (!this.#isSilent) this.destroy(error);
    });
    tls.on('close', () => {
      if (this.#isSilent) {
        this.#stop();
        this.onForgotten();
      } else if (!this.#hasEnded) this.destroy();
    });
  }

  /** From here on. */
  set rates(rates: Rates) {
    this.#rates = rates;
    if (!this.#isReading) this.#deliver();
  }

  /** What is written next breaks off in its middle, and the connection is reset (RFC 9293 §3.5.2). */
  breakNext(): void {
    this.#isToBreak = true;
  }

  /** The peer is cut off, without a packet that would say so. Its connection stays, as far as it can tell, until it gives it up. */
  fallSilent(): void {
    if (this.#isSilent || this.destroyed) return;
    this.#isSilent = true;
    this.#unread = [];
    this.#tls.resume();
    this.#later(forgottenMsMax, () => this.reset());
  }

  /** Ends it as when the network is gone. */
  reset(): void {
    this.#stop();
    if (!this.#tcp.destroyed) this.#tcp.resetAndDestroy();
    this.#tls.destroy();
    this.destroy();
  }

  override _read(): void {
    if (this.#unread.length === 0 && !this.#isSilent) this.#tls.resume();
    else if (!this.#isReading) this.#deliver();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    if (this.#isSilent) return done();
    if (this.#isToBreak) return this.#breakOff(chunk, done);
    const { write } = this.#rates;
    if (write !== null) return this.#writeSlowly(chunk, write, done);
    this.bytesWritten += chunk.length;
    this.#tls.write(chunk, done);
  }

  /** A frame is several chunks: together they have one middle. */
  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _final(done: Done): void {
    if (this.#isSilent) done();
    else this.#tls.end(() => done());
  }

  override _destroy(error: Error | null, done: Done): void {
    // The device has noticed; the other end has not.
    if (!this.#isSilent) {
      this.#stop();
      this.#tls.destroy();
    }
    done(error);
  }

  #came(chunk: Buffer): void {
    if (this.#isSilent) return;
    this.#unread.push(chunk);
    if (!this.#isReading) this.#deliver();
    if (this.#unread.length > 0) this.#tls.pause();
  }

  #deliver(): void {
    this.#isReading = false;
    const { read } = this.#rates;
    let room = read === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor((read * tickMs) / secondMs));
    while (room > 0) {
      const first = this.#unread.shift();
      if (first === undefined) break;
      const part = first.length > room ? first.subarray(0, room) : first;
      if (part.length < first.length) this.#unread.unshift(first.subarray(room));
      room -= part.length;
      this.bytesRead += part.length;
      if (!this.push(part)) return;
    }
    if (this.#unread.length > 0 || (read !== null && room === 0)) {
      this.#isReading = true;
      this.#later(tickMs, () => this.#deliver());
    } else if (this.#hasEnded) this.push(null);
    else this.#tls.resume();
  }

  #ended(): void {
    this.#hasEnded = true;
    // Whoever is not there does not hear of it; the system has told the other end that it was taken.
    if (this.#isSilent) this.#tls.destroy();
    else if (this.#unread.length === 0) this.push(null);
  }

  #breakOff(chunk: Buffer, done: Done): void {
    this.#isToBreak = false;
    const half = chunk.subarray(0, Math.max(1, chunk.length >> 1));
    this.bytesWritten += half.length;
    this.#tls.write(half);
    // A reset overtakes what the other end has not read yet: it is to see the half.
    this.#later(tickMs, () => {
      this.reset();
      done();
    });
  }

  #writeSlowly(chunk: Buffer, rate: number, done: Done): void {
    const size = Math.max(1, Math.floor((rate * tickMs) / secondMs));
    const next = (from: number) => {
      if (this.#isSilent || this.destroyed) return done();
      if (from >= chunk.length) return done();
      const part = chunk.subarray(from, from + size);
      this.bytesWritten += part.length;
      this.#tls.write(part);
      this.#later(tickMs, () => next(from + size));
    };
    next(0);
  }

  #later(ms: number, task: () => void): void {
    const cancel = this.#real.at(this.#real.now() + ms, () => {
      this.#cancels.delete(cancel);
      task();
    });
    this.#cancels.add(cancel);
  }

  #stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
