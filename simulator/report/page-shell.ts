/**
 * A whole page that loads nothing. A content security policy lets only its own style and programs work, by their hashes: even a hole in the
 * escaping would run nothing.
 */
import { createHash } from 'node:crypto';

export interface Page {
  /** Escaped. */
  title: string;
  style: string;
  /** As they stand in a script element. */
  programs: readonly string[];
  body: string;
}

export function wholePage({ title, style, programs, body }: Page): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style, programs)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
${programs.map((program) => `<script>${program}</script>`).join('\n')}
</body>
</html>
`;
}

function policy(style: string, programs: readonly string[]): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(style)}; script-src ${programs.map(hash).join(' ')}; base-uri 'none'; form-action 'none'`;
}
