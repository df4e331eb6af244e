/** State outside the elements, and how an element follows it. */

import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** State that says when it has changed. */
export class Store extends EventTarget {
  changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

/** Renders its host whenever the store changes, as long as the host is in the page. */
export class Follow implements ReactiveController {
  private store: Store | undefined;
  private readonly update = () => this.host.requestUpdate();

  constructor(private readonly host: ReactiveControllerHost, private readonly source: () => Store) {
    host.addController(this);
  }

  hostConnected(): void {
    this.store = this.source();
    this.store.addEventListener('change', this.update);
  }

  hostDisconnected(): void {
    this.store?.removeEventListener('change', this.update);
  }
}
