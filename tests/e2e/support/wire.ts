/** The wire between browser and server: every byte of every request passes here, and it can be cut. */

import { readFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { TYPES } from './host';

/** A page that was built apart, to be tried without compiling the server again: it stands for the one inside. */
const PAGE = process.env['MUSTER_PAGE'];

export interface Recorded { method: string; url: string; headers: string; body: Buffer }

/** A refusal that the server did not think of. */
export interface Refused { status: number; code: string }

export class Wire {
  readonly requests: Recorded[] = [];
  /** Says what becomes of a request: passed on, cut, refused, or kept waiting until the promise ends. */
  rule: (recorded: Recorded) => 'pass' | 'cut' | Refused | Promise<unknown> = () => 'pass';
  private http!: HttpServer;
  private policy = '';
  private origin: string | undefined;

  private constructor(private readonly target: URL) {}

  /** `origin` is another one whose pages may ask. */
  static async lay(target: string, origin?: string): Promise<Wire> {
    const wire = new Wire(new URL(target));
    wire.http = createServer((incoming, outgoing) => void wire.carry(incoming, outgoing));
    await new Promise<void>((done) => wire.http.listen(0, '127.0.0.1', done));
    wire.origin = origin;
    if (PAGE) wire.policy = (await fetch(target)).headers.get('content-security-policy') ?? '';
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  /** Answers from the page that was built apart, under the policy of the server's own. */
  private async page(folder: string, url: string, outgoing: ServerResponse): Promise<boolean> {
    const path = new URL(url, this.target).pathname;
    const file = await readFile(join(folder, path === '/' ? 'index.html' : path)).catch(() => undefined);
    if (!file) return false;
    outgoing.writeHead(200, { 'content-type': TYPES[extname(path) || '.html'] ?? 'application/octet-stream', 'content-security-policy': this.policy, 'cache-control': 'no-cache', ...(this.origin && { 'access-control-allow-origin': this.origin }) });
    outgoing.end(file);
    return true;
  }

  private async carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const { method = 'GET', url = '/' } = incoming;
    const recorded = { method, url, headers: JSON.stringify(incoming.rawHeaders), body: Buffer.concat(parts) };
    this.requests.push(recorded);
    const rule = this.rule(recorded);
    if (rule === 'cut') return void incoming.socket.destroy();
    if (typeof rule === 'object' && 'status' in rule) {
      outgoing.writeHead(rule.status, { 'content-type': 'application/problem+json' });
      return void outgoing.end(JSON.stringify({ ...rule, title: rule.code, detail: '' }));
    }
    await rule;
    if (PAGE && (await this.page(PAGE, url, outgoing))) return;
    const onward = request({ host: this.target.hostname, port: this.target.port, method, path: url, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    onward.end(recorded.body);
  }
}
