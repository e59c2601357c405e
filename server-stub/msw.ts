/** For tests that run in one process with their program: calls to the real Graph and its sign-in are answered by a door of ours. */
import { type HttpHandler, http } from 'msw';

/**
 * Handlers for `setupServer` (Node) or `setupWorker` (browser) that hand every call to https://graph.microsoft.com and to
 * https://login.microsoftonline.com to `fetch`, the door for requests.
 */
export function graphHandlers(fetch: (request: Request) => Promise<Response>): HttpHandler[] {
  return ['https://graph.microsoft.com/*', 'https://login.microsoftonline.com/*'].map((path) =>
    http.all(path, ({ request }) => fetch(request)),
  );
}
