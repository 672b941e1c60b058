// Hono's own limit makes a new Request of ours, which Node refuses: every body of unannounced length, curl's empty one too, was an error.
import type { Context } from 'hono';

/** The body as text; null where it has more than `maxBytes`, which are never held. */
export async function readBody(c: Context, maxBytes: number): Promise<string | null> {
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
