import type { Problem } from './types';

/**
 * A request that was refused, or that never arrived: then `status` is 0 and `code` is `network`. The code of a token
 * that the host did not give is `token_unavailable`.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;

  constructor(readonly problem: Problem) {
    super(problem.detail || problem.code);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
  }

  /** Whether the same request may succeed a little later. */
  get passing(): boolean {
    return this.code === 'network' || this.status === 429 || this.status >= 500;
  }

  /** Reads a refused answer; whatever is no problem+json gets the code `http_<status>`. */
  static async from(response: Response): Promise<ApiError> {
    const other = { status: response.status, code: `http_${response.status}`, detail: response.statusText };
    const problem: unknown = await response.json().catch(() => null);
    const retryAfter = response.headers.get('retry-after');
    return new ApiError({
      ...other,
      ...(typeof problem === 'object' ? problem : null),
      ...(retryAfter ? { retry_after: Number(retryAfter) } : null),
    });
  }
}

/** The problem of a request that never arrived. */
export function unreachable(cause: unknown): ApiError {
  return new ApiError({ status: 0, code: 'network', detail: String(cause) });
}
