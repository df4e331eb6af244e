import { useCallback, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'muster';
import type { MusterEvents } from 'muster';
import type {} from 'muster/react';

function Contacts() {
  const [added, setAdded] = useState<number>();
  // The same function at every rendering: another one means another person.
  const token = useCallback(async () => (await fetch('/session/import-token')).text(), []);
  const complete = ({ detail }: CustomEvent<MusterEvents['muster-import-complete']>) => setAdded(detail.counts.new);
  return (
    <main>
      <h1>Contacts</h1>
      <p role="status">{added === undefined ? '' : `${added} new contacts`}</p>
      <muster-import lang="en" token={token} onmuster-import-complete={complete} />
    </main>
  );
}

createRoot(document.querySelector('#root')!).render(<Contacts />);
