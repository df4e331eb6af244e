import type { Wizard } from '../../www/src/controllers/wizard';
import { expect, openWizard, review, test } from './support/test';

const CSV = `First Name,Email,Country
Ann,ann@corrected.example,Brasl
Ben,ben@corrected.example,Brasl
MÃ¼ller,m@corrected.example,MY
Cat,nope,MY
`;

test('what is corrected in the worker is what the server gets', async ({ page, wire, server }) => {
  await openWizard(page, wire.url);
  await review(page, { name: 'corrected.csv', buffer: Buffer.from(CSV) });
  const said = await page.evaluate(async () => {
    const { session, verdict } = (document.querySelector('muster-import') as unknown as { wizard: Wizard }).wizard;
    const said: unknown[] = [verdict?.counts, (await session.repairs()).map(({ id, count }) => `${id} ${count}`)];
    const steps = [
      () => session.repair('replace:country_unknown:2:Brasl'),
      () => session.repair('suggestion:mojibake:2').catch((error: Error) => error.name),
      () => session.repair('suggestion:mojibake:0'),
      () => session.edit(5, 1, 'cat@corrected.example'),
      () => session.leaveOut([2], true),
      () => session.undo(),
      () => session.undo(),
      () => session.redo(),
    ];
    for (const step of steps) {
      const now = await step();
      said.push(typeof now === 'string' ? now : [now?.counts, now?.skipped_by_code, now?.undo?.kind, now?.redo?.kind]);
    }
    const { rows } = await session.rows(null, 2, 2);
    said.push(rows.map(({ changes }) => Object.values(changes).map((change) => change.new)));
    const description = await session.description();
    said.push(description?.repairs, description?.edits, await session.alarms(), await session.creations());
    await session.start('corrected.csv', 'en');
    return said;
  });
  const counts = (added: number, skipped: number, error: number) => ({ new: added, updated: 0, unchanged: 0, skipped, error });
  expect(said).toEqual([
    counts(1, 0, 3),
    ['replace:country_unknown:2:Brasl 2', 'suggestion:mojibake:0 1', 'leave_out:country_unknown:2 2', 'leave_out:email_invalid:1 1', 'leave_out:mojibake:0 1'],
    [counts(3, 0, 1), {}, 'repair', undefined],
    'InvalidImportError',
    [counts(3, 0, 1), {}, 'repair', undefined],
    [counts(4, 0, 0), {}, 'edit', undefined],
    [counts(3, 1, 0), { left_out: 1 }, 'leave_out', undefined],
    [counts(4, 0, 0), {}, 'edit', 'leave_out'],
    [counts(3, 0, 1), {}, 'repair', 'edit'],
    [counts(4, 0, 0), {}, 'edit', 'leave_out'],
    [['Müller', 'm@corrected.example', 'MY'], ['Cat', 'cat@corrected.example', 'MY']],
    [{ code: 'mojibake', column: 0, kind: 'suggestion' }],
    [{ row: 2, column: 2, value: 'Brazil' }, { row: 3, column: 2, value: 'Brazil' }, { row: 5, column: 1, value: 'cat@corrected.example' }],
    [],
    { tags: [], fields: [], options: [] },
  ]);
  await expect
    .poll(async () => {
      const { imports } = await server.json<{ imports: { file_name: string; status: string; counts: { new: number } }[] }>('/imports');
      return imports.filter(({ file_name }) => file_name === 'corrected.csv').map(({ status, counts }) => [status, counts.new]);
    })
    .toEqual([['completed', 4]]);
});
