/**
 * tsung (Debian's package): Erlang, one process per user; their certificates come from a file. Its WebSocket plugin shows no client
 * certificate (1.7.0), so its users speak raw TLS: the upgrade is text, and their frames are made beforehand, which saves it that work.
 * They answer no ping either, so a lap has to be shorter than what the server bears.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { subProtocol } from '../../../protocol/messages.ts';
import { checkInOf } from './check-in.ts';
import type { Errand, Tool } from './tool.ts';

const definition = '/usr/share/tsung/tsung-1.0.dtd';
/** More than any reaches in the time. */
const checkIns = 1_000_000;
/** It warns where files are fewer. */
const usersMax = 15_000;

/** null: it is not installed. */
export function findTsung(): Tool | null {
  const { stdout, error } = spawnSync('tsung', ['-v'], { encoding: 'utf8' });
  if (error !== undefined) return null;
  return { name: 'tsung', version: /[\d.]+/.exec(stdout)?.[0] ?? '', prepare };
}

function prepare(errand: Errand): readonly string[] {
  const { folder, identities, ca } = errand;
  const files = join(folder, 'identities');
  mkdirSync(files);
  writeFileSync(join(files, 'ca.pem'), ca);
  const rows = identities.map((identity, index) => {
    const [cert, key] = [join(files, `${index}.pem`), join(files, `${index}-key.pem`)];
    writeFileSync(cert, identity.certificate);
    writeFileSync(key, identity.key, { mode: 0o600 });
    return Buffer.concat([Buffer.from(`${cert};${key};`), maskedFrame(checkInOf(identity)), Buffer.from('\n')]);
  });
  writeFileSync(join(folder, 'devices.csv'), Buffer.concat(rows));
  const file = join(folder, 'tsung.xml');
  writeFileSync(file, configurationOf(errand));
  return ['tsung', '-f', file, '-l', join(folder, 'log'), '-i', `mockfleet-bench-${process.pid}`, 'start'];
}

/** A text frame of RFC 6455 §5.2 whose mask leaves no byte of the text below 0x80: none is a separator of the file. */
function maskedFrame(text: string): Buffer {
  const mask = 0x80;
  // The length's own bytes have to be none, too.
  const payload = Buffer.from(text.padEnd(text.length > 125 ? 0x0120 : text.length));
  const length = payload.length > 125 ? [0x80 | 126, payload.length >> 8, payload.length & 0xff] : [0x80 | payload.length];
  return Buffer.concat([Buffer.from([0x81, ...length, mask, mask, mask, mask]), payload.map((byte) => byte ^ mask)]);
}

function configurationOf({ url, identities, connectionsPerSecond, holdSeconds, folder }: Errand): string {
  const { hostname, port } = new URL(url);
  const upgrade = [
    'GET /devices HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Sec-WebSocket-Protocol: ${subProtocol}`,
    '',
    '',
  ].join('%%_crlf%%');
  return `<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "${definition}" []>
<tsung loglevel="error">
  <clients><client host="localhost" use_controller_vm="true" maxusers="${usersMax}"/></clients>
  <servers><server host="${hostname}" port="${port}" type="ssl"/></servers>
  <load duration="10" unit="minute">
    <arrivalphase phase="1" duration="10" unit="minute"><users maxnumber="${identities.length}" arrivalrate="${connectionsPerSecond}" unit="second"/></arrivalphase>
  </load>
  <options><option name="file_server" id="devices" value="${join(folder, 'devices.csv')}"/></options>
  <sessions>
    <session name="device" probability="100" type="ts_raw">
      <setdynvars sourcetype="file" fileid="devices" delimiter=";" order="iter"><var name="cert"/><var name="key"/><var name="frame"/></setdynvars>
      <setdynvars sourcetype="eval" code="fun(_) -&gt; [13, 10] end."><var name="crlf"/></setdynvars>
      <set_option name="certificate"><certificate cacertfile="${join(folder, 'identities/ca.pem')}" keyfile="%%_key%%" certfile="%%_cert%%"/></set_option>
      <request subst="true"><raw data="${upgrade}" ack="local"/></request>
      <thinktime value="${holdSeconds}" random="false"/>
      <for from="1" to="${checkIns}" var="turn"><request subst="true"><raw data="%%_frame%%" ack="local"/></request></for>
    </session>
  </sessions>
</tsung>
`;
}
