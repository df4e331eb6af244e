/** The element in JSX, for React 19 and later: `import type {} from 'muster/react'` once in a project. */

import type * as React from 'react';
import type { MusterImport } from './elements/muster-import';
import type { MusterEvents } from './events';

/** React sets what the element has as a property, and listens to `on` and the name of the event. */
type Own = Partial<Pick<MusterImport, 'endpoint' | 'view' | 'token' | 'texts'>> & {
  [Name in keyof MusterEvents as `on${Name}`]?: (event: CustomEvent<MusterEvents[Name]>) => void;
};

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'muster-import': React.DetailedHTMLProps<React.HTMLAttributes<MusterImport>, MusterImport> & Own;
    }
  }
}
