import { ApiError, type Api, type ImportView, type NewImport } from '../api/client';
import { aborted } from '../session/errors';
import type { Progress } from '../session/types';
import type { Session } from '../wasm/muster_wasm';
import { pool, retried } from './retry';

const IN_FLIGHT = 3;

/** Sends the plan and commits it. Whatever goes wrong before the commit: nothing of the import stays. */
export async function upload(
  api: Api,
  session: Session,
  opening: NewImport,
  bytes: number,
  signal: AbortSignal,
  report: (progress: Progress) => void,
): Promise<ImportView> {
  const key = crypto.getRandomValues(new Uint32Array(4)).join('-');
  // Without the signal: an import that was opened has a number, by which it can be deleted.
  const { id } = await retried(() => api.openImport(opening, key), signal);
  try {
    const batches = session.batches();
    let sent = 0;
    let stored = 0;
    await pool(batches, IN_FLIGHT, signal, async (number, signal) => {
      const batch = session.batch(number) as Uint8Array<ArrayBuffer>;
      await retried(() => api.putBatch(id, number, batch, signal), signal);
      sent += batch.length;
      report({ step: 'upload', bytes: sent, of: bytes, batches: ++stored, of_batches: batches });
    });
    if (signal.aborted) throw aborted();
    return await retried(() => api.commit(id, batches, session.commit_digest()), signal);
  } catch (cause) {
    if (await isCommitted(api, id)) return api.import(id);
    throw signal.aborted ? aborted() : cause;
  }
}

/** Deletes an open import, unless the commit arrived although its answer didn't. */
async function isCommitted(api: Api, id: number): Promise<boolean> {
  try {
    await retried(() => api.deleteImport(id), undefined, 3);
    return false;
  } catch (error) {
    // An import that can't be reached is forgotten by the server after a day.
    return error instanceof ApiError && error.status === 409;
  }
}
