/** The HTML of a mail as an answer. Whoever wrote it: nothing of it runs, loads or leads anywhere by itself. */

interface MailPageOptions {
  status?: 200 | 404;
  /** Who may show it in a frame: pages of this server, or nobody. */
  framedBy?: 'self' | 'none';
}

export function mailPage(html: string, { status = 200, framedBy = 'none' }: MailPageOptions = {}): Response {
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors '${framedBy}'; sandbox`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  });
}
