/** The bench's report as text. */
import type { Shares } from '../million/profile.ts';
import type { Seen } from './watched.ts';
import type { LoadReport, OwnLaps, ToolRow } from './words.ts';

const none = '–';

export function asText(report: LoadReport): string {
  const { machine, cores, memoryBytes, node, openssl, concurrency, inFlight } = report;
  return [
    `${machine}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, node ${node}, OpenSSL ${openssl}; both sides on it, RSA-2048, mutual TLS`,
    `${concurrency} handshakes at a time; the bare client has ${inFlight} check-ins under way`,
    ...beside(report),
    ...steps(report),
    ...tools(report),
    ...profile(report),
  ].join('\n');
}

function beside({ bare, own }: LoadReport): string[] {
  const sizes = [...new Set([...Object.keys(bare), ...Object.keys(own)].map(Number))];
  return sizes.flatMap((size) => {
    const [least, ours] = [bare[size], own[size]];
    const rows: string[][] = [];
    if (least !== undefined) {
      rows.push(row('bare ws: first contact', least.first, true));
      rows.push(row('bare ws: again, full handshake', least.again));
      rows.push(row(`bare ws: again, ${big(least.sessionsResumed)} sessions resumed`, least.resumed));
    }
    if (ours !== undefined) rows.push(...ownRows(ours));
    const ratios = least === undefined || ours === undefined ? [] : [ratio(least.first, ours.first)];
    const head = ['', 'connected', 'connections/s', 'client CPU ms', 'server CPU ms', 'client KiB', 'server KiB', 'round trips/s'];
    return [
      '',
      `${big(size)} devices (CPU ms for each connection, KiB at the most for each device; from the tenth percent of them on)`,
      ...table([head, ...rows]),
      ...ratios,
    ];
  });
}

function ownRows({ enrolment, first, again, resumed }: OwnLaps): string[][] {
  const storm = ({ result }: OwnLaps['again']) =>
    `${big(result.connections.resumed)} resumed, p99 ${(result.latencyMs.reconnect.p99 / 1000).toFixed(1)} s, lost actions ${result.commands.lost}`;
  return [
    row('mockfleet: enrolment (two connections each)', enrolment),
    row('mockfleet: first contact of enrolled devices', first),
    row(`mockfleet: reconnect storm (${storm(again)})`, again),
    row(`mockfleet: reconnect storm (${storm(resumed)})`, resumed),
  ];
}

function row(name: string, seen: Seen, talks = false): string[] {
  const { connected, connectionsPerSecond, clientMsPerConnection, serverMsPerConnection, clientBytesPerDevice, serverBytesPerDevice } =
    seen;
  return [
    name,
    big(connected),
    rate(connectionsPerSecond),
    clientMsPerConnection?.toFixed(2) ?? none,
    serverMsPerConnection?.toFixed(2) ?? none,
    kib(clientBytesPerDevice),
    kib(serverBytesPerDevice),
    talks ? rate(seen.roundTripsPerSecond) : none,
  ];
}

function ratio(bare: Seen, own: Seen): string {
  const of = (mine: number | null, least: number | null) => (mine === null || least === null ? none : (mine / least).toFixed(2));
  return `first contact, mockfleet to bare: × ${of(own.connectionsPerSecond, bare.connectionsPerSecond)} the connections/s, × ${of(own.clientMsPerConnection, bare.clientMsPerConnection)} the client's CPU, × ${of(own.serverMsPerConnection, bare.serverMsPerConnection)} the server's`;
}

function steps({ steps: all }: LoadReport): string[] {
  if (all.length === 0) return [];
  const head = ['check-ins/s asked', 'done', 'p50 ms', 'p99 ms', 'errors', ''];
  const rows = all.map(({ asked, reached, p50Ms, p99Ms, errors, limit }) => [
    big(asked),
    big(reached),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
    big(errors),
    limit === null ? '' : 'the generator is the limit',
  ]);
  return ['', 'check-ins on demand against the SQLite stub (latency from the instant at which each was due)', ...table([head, ...rows])];
}

function tools({ tools: rows, missing }: LoadReport): string[] {
  if (rows.length === 0) return missing.map((sentence) => `NOT MEASURED: ${sentence}`);
  const head = ['the same stub', 'connected', 'connections/s', 'round trips/s', 'KiB per device', 'client CPU ms'];
  const cells = rows.map((tool: ToolRow) => [
    `${tool.name} (${tool.version})`,
    big(tool.connected),
    rate(tool.connectionsPerSecond),
    rate(tool.roundTripsPerSecond),
    kib(tool.clientBytesPerDevice),
    tool.clientMsPerConnection?.toFixed(2) ?? none,
  ]);
  return ['', ...table([head, ...cells]), ...missing.map((sentence) => `NOT MEASURED: ${sentence}`)];
}

function profile({ profile: found }: LoadReport): string[] {
  if (found === null) return [];
  const names = [...new Set([...Object.keys(found.stub), ...Object.keys(found.lane)])];
  const share = (shares: Shares, name: string) => `${(100 * (shares[name] ?? 0)).toFixed(1)} %`;
  const rows = names
    .sort((a, b) => (found.stub[b] ?? 0) - (found.stub[a] ?? 0))
    .map((name) => [`  ${name}`, share(found.stub, name), share(found.lane, name)]);
  const title = `where the time goes (${big(found.devices)} devices come, then ${big(found.checkInsPerSecond)} check-ins/s)`;
  return ['', title, ...table([['', 'stub', 'load'], ...rows])];
}

/** Columns: the first one to the left, the others to the right. */
function table(cells: readonly (readonly string[])[]): string[] {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((one) => one[column]?.length ?? 0)));
  return cells.map((one) =>
    one.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number))).join('  '),
  );
}

function rate(figure: number | null): string {
  return figure === null ? none : big(figure);
}

function kib(bytes: number | null): string {
  return bytes === null ? none : (bytes / 1024).toFixed(1);
}

function big(figure: number): string {
  return Math.round(figure).toLocaleString('en-US');
}
