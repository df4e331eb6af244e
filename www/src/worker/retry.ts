import { ApiError } from '../api/error';
import { aborted } from '../session/errors';

const FIRST_DELAY = 500;
const LONGEST_DELAY = 8_000;

/**
 * Repeats a request that failed for a passing reason, later and later, about a minute in all with ten attempts.
 * The wait is spread, lest all browsers return at once.
 */
export async function retried<T>(send: () => Promise<T>, signal?: AbortSignal, attempts = 10): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.passing || attempt === attempts) throw error;
      const asked = Number(error.problem['retry_after'] ?? 0) * 1000;
      const own = Math.min(FIRST_DELAY * 2 ** (attempt - 1), LONGEST_DELAY) * (0.75 + Math.random() / 2);
      await delay(Math.max(asked, own), signal);
    }
  }
}

function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(aborted());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Does `count` numbered things, at most `width` at a time; the first failure ends it all. */
export async function pool(
  count: number,
  width: number,
  signal: AbortSignal,
  work: (number: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      if (either.aborted) throw aborted();
      await work(next++, either);
    }
  };
  let first: { cause: unknown } | undefined;
  await Promise.all(
    Array.from({ length: Math.min(width, count) }, () =>
      lane().catch((cause: unknown) => {
        first ??= { cause };
        failed.abort();
      }),
    ),
  );
  if (first) throw first.cause;
}
