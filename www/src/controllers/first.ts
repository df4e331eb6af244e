import type { ImportSession } from '../session/session';
import type { FileChoice, FileFacts, Import, Judged, Workspace } from '../session/types';
import { propose } from './description';

/** A file read as its content suggests. */
export const AUTO: FileChoice = { encoding: 'auto', delimiter: 'auto', header_row: 'auto' };

/** The first rows of a file, and what is wrong with them. */
export interface First {
  facts: FileFacts;
  judged: Judged;
}

/** Seen at once, however large the file is. Where it comes to nothing, the whole is awaited. */
export async function lookFirst(session: ImportSession, file: File, choice: FileChoice, workspace: Workspace): Promise<First | undefined> {
  try {
    const facts = await session.glance(file, choice);
    return facts ? { facts, judged: await session.judge(propose(facts, workspace)) } : undefined;
  } catch {
    return undefined;
  }
}

/** The same rows once more, the columns described otherwise; nothing where that can't be. */
export async function lookAgain(session: ImportSession, { facts }: First, description: Import): Promise<First | undefined> {
  const judged = await session.judge(description).catch(() => undefined);
  return judged && { facts, judged };
}

/** Rounds and rows after which the browser has compiled well what is run for every row. */
const ROUNDS = 12;
const ROWS = 800;

/** A module is compiled as it is run: here before there is a file that waits for it, and would share the processor. */
export async function warmUp(session: ImportSession, workspace: Workspace, isIdle: () => boolean): Promise<void> {
  const header = 'First Name,Last Name,Phone Number,Email,Country,Language,Tags\n';
  const rows = Array.from({ length: ROWS }, (_, n) =>
    n % 2 ? `Ann ${n},Tan,+60123${100_000 + n},ann${n}@example.com,MY,en,"VIP, New"\n` : `Bob ${n},"Ito",60-12-${n},bob${n}@example,Atlantis,,\n`);
  const file = new File([header, ...rows], '');
  try {
    for (let round = 0; round < ROUNDS && isIdle(); round++) {
      const facts = await session.glance(file);
      if (facts && isIdle()) await session.judge(propose(facts, workspace));
    }
  } catch {
    // The session is gone, or whoever reads a file hears of it.
  }
}

/** Whether it is still true once the whole is known. */
export function holds(first: First, facts: FileFacts): boolean {
  return outline(first.facts) === outline(facts);
}

function outline({ header, sample, suggestions }: FileFacts): string {
  return JSON.stringify([header, sample, suggestions.map((suggestion) => suggestion?.field)]);
}
