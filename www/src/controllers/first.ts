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

/** A module is compiled as it is run: here before there is a file that waits for it. */
export function warmUp(session: ImportSession, workspace: Workspace): void {
  const rows = ['First Name,Last Name,Phone Number,Email,Country,Language,Tags', 'Ann,Tan,+60123456789,ann@example.com,MY,en,"VIP, New"', 'Bob,"Ito",60-12-345,bob@example,Atlantis,,\n'];
  void lookFirst(session, new File([rows.join('\n')], ''), AUTO, workspace);
}

/** Whether it is still true once the whole is known. */
export function holds(first: First, facts: FileFacts): boolean {
  return outline(first.facts) === outline(facts);
}

function outline({ header, sample, suggestions }: FileFacts): string {
  return JSON.stringify([header, sample, suggestions.map((suggestion) => suggestion?.field)]);
}
