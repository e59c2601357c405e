/** `/`: the console, for browsers; `/console/…`: its files. It is the same for everybody: what it shows is asked for with a token. */
import { Hono } from 'hono';
import type { ConsoleFiles } from './console-files.ts';
import { pageHeaders } from './page-headers.ts';

const notBuilt = 'The console was not built: run `npm run build` in the checkout, then load this page again.';

/** @param about what `/` says to programs */
export function consoleRoutes(files: ConsoleFiles | undefined, about: string): Hono {
  const routes = new Hono();
  routes.get('/', (c) => {
    if (files === undefined || !(c.req.header('accept') ?? '').includes('text/html')) return c.text(about);
    const page = files('index.html');
    if (page === undefined) return c.text(notBuilt, 503);
    return c.body(page.body, 200, { ...pageHeaders, 'content-type': page.type, vary: 'accept' });
  });
  routes.get('/console', (c) => c.redirect('/', 301));
  routes.get('/console/:path{.*}', (c) => {
    const path = c.req.param('path');
    if (path === '' || path === 'index.html') return c.redirect('/', 301);
    const file = files?.(path);
    if (file === undefined) return c.notFound();
    // Their names change with what is in them.
    return c.body(file.body, 200, { ...pageHeaders, 'content-type': file.type, 'cache-control': 'public, max-age=31536000, immutable' });
  });
  return routes;
}
