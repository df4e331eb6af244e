import { ApiError } from '../api/error';
import type { Problem } from '../api/types';
import type { Refusal } from './types';

/** The file is refused as a whole. */
export class RefusedError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
    this.name = 'RefusedError';
  }
}

/** The description of the import is impossible. */
export class InvalidImportError extends Error {
  override readonly name = 'InvalidImportError';
}

/** The worker broke: its session is gone, a new one has to read the file again. */
export class TrapError extends Error {
  override readonly name = 'TrapError';
}

/** The session was closed, or the work cancelled. */
export function aborted(): DOMException {
  return new DOMException('cancelled', 'AbortError');
}

/** An error on its way from the worker to the page: the classes don't survive the journey. */
export type Failure =
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'invalid'; message: string }
  | { kind: 'api'; problem: Problem }
  | { kind: 'aborted' }
  | { kind: 'other'; message: string };

export function pack(error: unknown): Failure {
  if (error instanceof RefusedError) return { kind: 'refused', refusal: error.refusal };
  if (error instanceof InvalidImportError) return { kind: 'invalid', message: error.message };
  if (error instanceof ApiError) return { kind: 'api', problem: error.problem };
  if (error instanceof DOMException && error.name === 'AbortError') return { kind: 'aborted' };
  return { kind: 'other', message: error instanceof Error ? error.message : String(error) };
}

export function unpack(failure: Failure): Error {
  switch (failure.kind) {
    case 'refused':
      return new RefusedError(failure.refusal);
    case 'invalid':
      return new InvalidImportError(failure.message);
    case 'api':
      return new ApiError(failure.problem);
    case 'aborted':
      return aborted();
    case 'other':
      return new Error(failure.message);
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Whether the workspace's fields are others than they were. */
export function changedFields(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'fields_changed';
}

/** The code by which a host hears of an error. */
export function codeOf(error: unknown): string {
  if (error instanceof ApiError) return error.code;
  if (error instanceof InvalidImportError) return 'invalid_import';
  return error instanceof TrapError ? 'trap' : 'unexpected';
}
