/** Tokens for several parts of the page: one that the host gave serves all of them. */

import type { TokenSource } from './client';

/**
 * A source for each part. The first time that a part asks it gets the token that there is; asked again, that one is of
 * no more use, unless another part has had it renewed since.
 */
export class Tokens {
  private latest: Promise<string> | undefined;

  constructor(private readonly source: TokenSource) {}

  part(): TokenSource {
    let mine: Promise<string> | undefined;
    return () => {
      if (!this.latest || this.latest === mine) this.latest = this.renewed();
      return (mine = this.latest);
    };
  }

  private renewed(): Promise<string> {
    const asked: Promise<string> = this.source().catch((cause: unknown) => {
      // A token that nobody gave is asked for anew.
      if (this.latest === asked) this.latest = undefined;
      throw cause;
    });
    return asked;
  }
}
