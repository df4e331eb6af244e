import { ApiError, unreachable } from './error';
import { events } from './events';
import type { Import, ImportDetails, ImportPage, ImportView, NewImport, WorkspaceView } from './types';

export { ApiError } from './error';
export type * from './types';

export type TokenSource = () => Promise<string>;

interface Request {
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** The server's API: one method an endpoint. A token is asked for once, again when it is about to expire, and after a 401. */
export class Api {
  readonly #base: string;
  readonly #source: TokenSource;
  #token: Promise<string> | undefined;
  /** When the token at hand is to be renewed. */
  #renewal = Infinity;

  /** `endpoint` is the server's address, without `/api/v1`; empty for the page's own origin. */
  constructor(endpoint: string, token: TokenSource) {
    this.#base = `${endpoint.replace(/\/+$/, '')}/api/v1`;
    this.#source = token;
  }

  workspace(): Promise<WorkspaceView> {
    return this.#json('GET', '/workspace');
  }

  imports(after?: number | null, limit = 20, signal?: AbortSignal): Promise<ImportPage> {
    const query = new URLSearchParams({ limit: String(limit), ...(after ? { after: String(after) } : null) });
    return this.#json('GET', `/imports?${query}`, { signal });
  }

  import(id: number, signal?: AbortSignal): Promise<ImportDetails> {
    return this.#json('GET', `/imports/${id}`, { signal });
  }

  /** Has an import told whenever it changes: until it has ended, or the server has told for long enough. */
  async events(id: number, signal: AbortSignal, take: (news: ImportDetails) => void): Promise<void> {
    const { body } = await this.#send('GET', `/imports/${id}/events`, { signal });
    if (body) await arrived(events(body, (data) => take(JSON.parse(data) as ImportDetails)));
  }

  /** The imports of a file, by its digest, newest first. */
  ofFile(digest: string, signal?: AbortSignal): Promise<ImportPage> {
    return this.#json('GET', `/imports?${new URLSearchParams({ digest, limit: '5' })}`, { signal });
  }

  /** How files with this header were imported the last time, by anybody here; nothing where they never were. */
  async recipe(signature: string, signal?: AbortSignal): Promise<Import | undefined> {
    const response = await this.#send('GET', `/recipes/${signature}`, { signal });
    return response.status === 204 ? undefined : arrived(response.json() as Promise<Import>);
  }

  async keepRecipe(signature: string, description: Import): Promise<void> {
    await this.#send('PUT', `/recipes/${signature}`, { body: JSON.stringify(description), headers: { 'content-type': 'application/json' } });
  }

  /** Ends it after the batch at hand. */
  stop(id: number): Promise<ImportView> {
    return this.#json('POST', `/imports/${id}/stop`);
  }

  /** Goes on with one that failed. */
  goOn(id: number): Promise<ImportView> {
    return this.#json('POST', `/imports/${id}/continue`);
  }

  /** Takes an import back, or only what it did to these fields. */
  undo(id: number, fields: string[] | null): Promise<ImportView> {
    return this.#json('POST', `/imports/${id}/undo`, {
      body: JSON.stringify(fields ? { fields } : {}),
      headers: { 'content-type': 'application/json' },
    });
  }

  /** What the last undo left alone. */
  async kept(id: number): Promise<Blob> {
    return (await this.#send('GET', `/imports/${id}/undo.csv`)).blob();
  }

  async results(id: number): Promise<Blob> {
    return (await this.#send('GET', `/imports/${id}/results.csv`)).blob();
  }

  async match(request: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#bytes('/contacts/match', request, signal);
  }

  async values(request: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#bytes('/contacts/values', request, signal);
  }

  /** The same `key` opens one import, however often it is sent. */
  openImport(description: NewImport, key: string, signal?: AbortSignal): Promise<ImportView> {
    return this.#json('POST', '/imports', {
      body: JSON.stringify(description),
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      signal,
    });
  }

  async putBatch(id: number, number: number, batch: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<void> {
    await this.#send('PUT', `/imports/${id}/batches/${number}`, { body: batch, headers: BINARY, signal });
  }

  commit(id: number, batches: number, digest: string): Promise<ImportView> {
    return this.#json('POST', `/imports/${id}/commit`, {
      body: JSON.stringify({ batches, digest }),
      headers: { 'content-type': 'application/json' },
    });
  }

  /** Before commit: nothing of the import stays. */
  async deleteImport(id: number): Promise<void> {
    await this.#send('DELETE', `/imports/${id}`);
  }

  async #bytes(path: string, body: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Uint8Array> {
    const response = await this.#send('POST', path, { body, headers: BINARY, signal });
    return arrived(response.arrayBuffer()).then((buffer) => new Uint8Array(buffer));
  }

  async #json<T>(method: string, path: string, request?: Request): Promise<T> {
    const response = await this.#send(method, path, request);
    return arrived(response.json() as Promise<T>);
  }

  async #send(method: string, path: string, request: Request = {}): Promise<Response> {
    if (Date.now() >= this.#renewal) this.#token = undefined;
    const used = (this.#token ??= this.#ask());
    let response = await this.#fetch(method, path, request, await used);
    if (response.status === 401) {
      // Several requests may be refused at once: only the first one renews.
      if (this.#token === used) this.#token = this.#ask();
      response = await this.#fetch(method, path, request, await (this.#token ??= this.#ask()));
    }
    if (!response.ok) throw await ApiError.from(response);
    return response;
  }

  async #ask(): Promise<string> {
    this.#renewal = Infinity;
    try {
      const token = await this.#source();
      this.#renewal = renewal(token);
      return token;
    } catch (cause) {
      this.#token = undefined;
      throw new ApiError({ status: 401, code: 'token_unavailable', detail: String(cause) });
    }
  }

  #fetch(method: string, path: string, { body, headers, signal }: Request, token: string): Promise<Response> {
    return arrived(
      fetch(this.#base + path, {
        method,
        ...(body === undefined ? null : { body }),
        headers: { ...headers, authorization: `Bearer ${token}` },
        signal: signal ?? null,
        cache: 'no-store',
        credentials: 'omit',
      }),
    );
  }
}

const BINARY = { 'content-type': 'application/octet-stream' };

/** Half a minute before the token expires. Where that can't be known, or clocks differ, the server says it. */
function renewal(token: string): number {
  try {
    const claims = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: number };
    const at = (claims.exp ?? Infinity) * 1_000 - 30_000;
    return at > Date.now() ? at : Infinity;
  } catch {
    return Infinity;
  }
}

/** Tells a lost connection from a person's cancelling. */
async function arrived<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw unreachable(cause);
  }
}
