/** Who the clients are: certificates of an authority of the bench's own for the bare server; enrolled devices for the stub. */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type Authority, createAuthority, createAuthorityCertificate } from '../../../certs/authority.ts';
import { createCsr } from '../../../certs/csr.ts';
import { openKeyPool } from '../../../certs/key-pool.ts';
import { serialFromBytes } from '../../../certs/serial.ts';
import { type DeviceMessage, type ServerMessage, subProtocol } from '../../../protocol/messages.ts';
import { dayMs, secondMs } from '../../../runtime/duration.ts';
import { checkInOf } from './check-in.ts';
import type { Identity } from './messages.ts';

/** Enrolments under way at a time. */
const concurrency = 32;

/** What a bare server is started with, and who may come to it. */
export interface BareHouse {
  ca: string;
  caFile: string;
  certFile: string;
  keyFile: string;
  identities: Identity[];
}

/** @param keys folder of RSA-2048 keys that devices share, as those of a load run do */
export async function bareHouse(folder: string, keys: string, devices: number): Promise<BareHouse> {
  const now = Math.floor(Date.now() / secondMs) * secondMs;
  const validity = { notBefore: now - dayMs, notAfter: now + 300 * dayMs };
  const root = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const authority = createAuthority(root.privateKey, createAuthorityCertificate(root.privateKey, { now, serialNumber: '01' }));
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const cert = authority.issueServerCertificate({ hosts: [], publicKey: own.publicKey, serialNumber: newSerial(), ...validity });
  const pool = openKeyPool(keys);
  const identities: Identity[] = [];
  const requests = await Promise.all(
    Array.from({ length: pool.size }, async (_, index) => {
      const key = await pool.keyAt(index);
      return { key, csr: createCsr({ subject: 'bench', privateKey: key }) };
    }),
  );
  for (let index = 0; index < devices; index++) {
    const { key, csr } = requests[index % pool.size] as (typeof requests)[number];
    const id = randomUUID();
    identities.push({ id, key, certificate: issue(authority, id, csr, validity), configuration: null });
  }
  const [caFile, certFile, keyFile] = ['ca.pem', 'server.pem', 'server-key.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(caFile, authority.certificatePem);
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, own.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return { ca: authority.certificatePem, caFile, certFile, keyFile, identities };
}

function issue(authority: Authority, subject: string, csr: string, validity: { notBefore: number; notAfter: number }): string {
  return authority.issueForCsr({ csr, subject, serialNumber: newSerial(), ...validity });
}

function newSerial(): string {
  return serialFromBytes(randomBytes(16));
}

/** Devices that the stub knows, and that have nothing to do: enrolled, and checked in until a check-in brought nothing more. */
export async function enrolMany(
  { url, ca, token }: { url: string; ca: string; token: string },
  keys: string,
  devices: number,
): Promise<Identity[]> {
  const pool = openKeyPool(keys);
  const batch = randomBytes(4).toString('hex').toUpperCase();
  const identities: Identity[] = [];
  let next = 0;
  const one = async () => {
    for (let index = next++; index < devices; index = next++) {
      const name = `BENCH-${batch}-${index}`;
      const { csr, privateKey } = await pool.createRequest(name, name);
      const { id, certificate } = await enrol(url, ca, token, name, csr);
      const identity: Identity = { id, certificate, key: privateKey, configuration: null };
      identity.configuration = await settle(url, ca, identity);
      identities.push(identity);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  return identities;
}

async function enrol(url: string, ca: string, token: string, name: string, csr: string): Promise<{ id: string; certificate: string }> {
  const talk = await Talk.open(url, { ca });
  const inventory = {
    platform: 'ios',
    enrollment: 'automated',
    serialNumber: name,
    deviceName: name,
    manufacturer: 'Apple',
    model: 'iPhone 15',
    osVersion: '17.5.1',
    userPrincipalName: `${name.toLowerCase()}@contoso.example`,
  } as const;
  talk.say({ type: 'enroll', requestId: randomUUID(), token, csr, inventory });
  const enrolled = await talk.hear('enrolled');
  talk.close();
  return { id: enrolled.deviceId, certificate: enrolled.certificate };
}

/** The version of the configuration that it was given. */
async function settle(url: string, ca: string, identity: Identity): Promise<string | null> {
  const talk = await Talk.open(url, { ca, cert: identity.certificate, key: identity.key });
  let configuration: string | null = null;
  for (let isNew = true; isNew; ) {
    talk.sayText(checkInOf({ ...identity, configuration }));
    const heard = await talk.until('check-in-done');
    const given = heard.find((message) => message.type === 'configuration');
    isNew = given !== undefined;
    configuration = given?.configuration.version ?? configuration;
  }
  talk.close();
  return configuration;
}

type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

/** One link, whose frames are waited for. */
class Talk {
  readonly #socket: WebSocket;
  readonly #heard: ServerMessage[] = [];
  #wake: () => void = () => {};
  #failed: Error | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#heard.push(JSON.parse(data.toString()) as ServerMessage);
      this.#wake();
    });
    const fail = (error: Error) => {
      this.#failed ??= error;
      this.#wake();
    };
    socket.on('error', fail);
    socket.on('close', (code, reason) => fail(new Error(`The link was closed: ${code} ${reason.toString()}`)));
  }

  static async open(url: string, options: { ca: string; cert?: string; key?: string }): Promise<Talk> {
    const talk = new Talk(new WebSocket(url, subProtocol, { ...options, perMessageDeflate: false }));
    await talk.hear('clock');
    return talk;
  }

  say(message: DeviceMessage): void {
    this.sayText(JSON.stringify(message));
  }

  sayText(text: string): void {
    this.#socket.send(text);
  }

  async hear<Type extends ServerMessage['type']>(type: Type): Promise<MessageOf<Type>> {
    const messages = await this.until(type);
    return messages.at(-1) as MessageOf<Type>;
  }

  /** All up to the first of this type. @throws Error (rejects) when the link ends, or refuses */
  async until(type: ServerMessage['type']): Promise<ServerMessage[]> {
    for (;;) {
      const place = this.#heard.findIndex((message) => message.type === type);
      if (place >= 0) return this.#heard.splice(0, place + 1);
      const refused = this.#heard.find((message) => message.type === 'refused');
      if (refused !== undefined) throw new Error(`Refused: ${JSON.stringify(refused)}`);
      if (this.#failed !== null) throw this.#failed;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#socket.close();
  }
}
