/** The text of a request's body; undefined when it has more than `bytesMax` bytes, which are then not read to their end. */
export async function readBody(request: Request, bytesMax: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return undefined;
  if (request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Bodies of all but Graph's requests: a device's input, a configuration, a sign-in. */
const jsonBytesMax = 64 * 1024;

/** What a request's body says in JSON; undefined when it is none, or too large. */
export async function readJson(request: Request): Promise<unknown> {
  try {
    return JSON.parse((await readBody(request, jsonBytesMax)) ?? '');
  } catch {
    return undefined;
  }
}
