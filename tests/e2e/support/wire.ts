/** The wire between browser and server: every byte of every request passes here, and it can be cut. */

import { createServer, request, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorded { method: string; url: string; headers: string; body: Buffer }

export class Wire {
  readonly requests: Recorded[] = [];
  /** Says what becomes of a request: passed on, cut, or kept waiting until the promise ends. */
  rule: (recorded: Recorded) => 'pass' | 'cut' | Promise<unknown> = () => 'pass';
  private http!: HttpServer;

  private constructor(private readonly target: URL) {}

  static async lay(target: string): Promise<Wire> {
    const wire = new Wire(new URL(target));
    wire.http = createServer((incoming, outgoing) => void wire.carry(incoming, outgoing));
    await new Promise<void>((done) => wire.http.listen(0, '127.0.0.1', done));
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  private async carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const { method = 'GET', url = '/' } = incoming;
    const recorded = { method, url, headers: JSON.stringify(incoming.rawHeaders), body: Buffer.concat(parts) };
    this.requests.push(recorded);
    const rule = this.rule(recorded);
    if (rule === 'cut') return void incoming.socket.destroy();
    await rule;
    const onward = request({ host: this.target.hostname, port: this.target.port, method, path: url, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    onward.end(recorded.body);
  }
}
