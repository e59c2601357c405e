/** The text of a request's body; undefined when it has more than `bytesMax` bytes, which are then not read to their end. */
export async function readBody(request: Request, bytesMax: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return undefined;
  if (request.body === null) return '';
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let chunk = await reader.read(); chunk.value !== undefined; chunk = await reader.read()) {
    chunks.push(chunk.value);
    size += chunk.value.length;
    if (size <= bytesMax) continue;
    // Not waited for: of a request that was cloned it ends only when the other copy is read or given up too.
    void reader.cancel().catch(() => {});
    return undefined;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return new TextDecoder().decode(bytes);
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
