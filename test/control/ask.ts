// Raw requests, as curl would make them.
import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from 'node:http';

export interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json(): unknown;
}

/** `to`: a socket's path, or a TCP port. */
export async function ask(to: string | number, path: string, asked: Asked = {}): Promise<Answered> {
  const response = await open(to, path, asked);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) as unknown };
}

export function open(to: string | number, path: string, { method = 'GET', body, headers = {} }: Asked = {}): Promise<IncomingMessage> {
  const target: RequestOptions = typeof to === 'string' ? { socketPath: to } : { host: '127.0.0.1', port: to };
  return new Promise((resolve, reject) => {
    request({ ...target, path, method, headers: { ...headers }, agent: false }, resolve)
      .on('error', reject)
      .end(body);
  });
}
