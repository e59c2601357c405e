/** For tests that run in one process with their program: calls to the real Graph are answered by the stub's own door. */
import { type HttpHandler, http } from 'msw';

/**
 * Handlers for `setupServer` (Node) or `setupWorker` (browser) that hand every call to https://graph.microsoft.com to `fetch`,
 * the stub's door for requests.
 */
export function graphHandlers(fetch: (request: Request) => Promise<Response>): HttpHandler[] {
  return [http.all('https://graph.microsoft.com/*', ({ request }) => fetch(request))];
}
