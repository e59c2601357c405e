/** `mockfleet load --metrics PORT`: where Prometheus fetches figures from while a run goes on. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoadProgress } from '../../simulator/load/load-options.ts';
import { type LoadIdentity, prometheusContentType, prometheusText } from '../../simulator/load/report/prometheus.ts';
import { CommandError } from '../errors.ts';

const host = '127.0.0.1';

export interface MetricsServer {
  /** `http://127.0.0.1:PORT/metrics` */
  readonly url: string;
  update(progress: LoadProgress): void;
  close(): void;
}

/** @param port 0: a free one. @throws CommandError (rejects) `port-unusable` */
export async function serveMetrics(port: number, identity: LoadIdentity): Promise<MetricsServer> {
  let latest: LoadProgress | null = null;
  const server = createServer(({ method, url }, response) => {
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isRead || (url ?? '').split('?')[0] !== '/metrics') {
      response.writeHead(isRead ? 404 : 405, { 'content-type': 'text/plain; charset=utf-8' }).end('GET /metrics\n');
      return;
    }
    response.writeHead(200, { 'content-type': prometheusContentType }).end(prometheusText(identity, latest));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new CommandError('port-unusable', `--metrics ${port}: ${error.message}. Name another port, or 0 for a free one.`));
    });
    server.listen(port, host, resolve);
  });
  // A run that is over ends, whoever still wants to know.
  server.unref();
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/metrics`,
    update(progress) {
      latest = progress;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
