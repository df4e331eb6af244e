/** Somebody else's page, which embeds the element: from its own origin, or from the server's. */

import { createServer, request, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

export const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.wasm': 'application/wasm', '.svg': 'image/svg+xml',
};

export interface Hosted {
  /** What stands at a path; whatever it does not have is asked of the server. */
  read(path: string): Promise<Buffer | string | undefined>;
  policy: string;
}

export class Host {
  private constructor(private readonly http: HttpServer) {}

  /** Its port is taken before the server starts, which has to know the origin. */
  static async open(): Promise<Host> {
    const http = createServer();
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    return new Host(http);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  show(server: string, { read, policy }: Hosted): void {
    this.http.removeAllListeners('request');
    this.http.on('request', async (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const path = new URL(incoming.url ?? '/', this.url).pathname;
      if (path === '/favicon.ico') return void outgoing.writeHead(204).end();
      const found = await read(path === '/' ? '/index.html' : path);
      if (found !== undefined) {
        outgoing.writeHead(200, { 'content-type': TYPES[extname(path) || '.html'] ?? 'application/octet-stream', 'content-security-policy': policy });
        return void outgoing.end(found);
      }
      const target = path === '/session/import-token' ? '/demo/token?role=owner' : incoming.url;
      const onward = request(new URL(target ?? '/', server), { method: incoming.method ?? 'GET', headers: { ...incoming.headers, host: new URL(server).host } }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }
}
