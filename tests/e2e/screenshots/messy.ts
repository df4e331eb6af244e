/** A file as people have them: a title above the header, semicolons, national numbers, slips of all kinds. */

const NAMES = ['Aisyah', 'Ken', 'Maria', 'Björn', 'Chloé', 'Wei', 'Fatima', 'Diego', 'Ngọc', 'Zoë', 'Ravi', 'Anna'];
const LAST = ['Tan', 'Ito', 'Souza', 'Ødegård', 'Dubois', 'Zhang', 'Haddad', 'Núñez', 'Trần', 'Müller', 'Patel', 'Kowalska'];

/** `mark` makes them other people. */
export function messy(rows: number, mark: number): string {
  const lines = ['Export of contacts, autumn;;;;;;', 'First Name;Surname;Mobile;E-Mail;Country;Birthday;Labels'];
  for (let n = 0; n < rows; n++) {
    const first = NAMES[n % NAMES.length] ?? '';
    const last = LAST[(n * 7) % LAST.length] ?? '';
    const digits = String(3_000_000 + mark * 500_000 + n * 37);
    const mobile = n % 17 === 3 ? '01234' : n % 29 === 4 ? '6,01235E+11' : `012-${digits.slice(0, 3)} ${digits.slice(3)}`;
    const mail = n % 13 === 5 ? `${first.toLowerCase()}@@example.com` : n % 31 === 7 ? 'n/a' : `person.${n}@${mark}.example.com`;
    const country = n % 11 === 2 ? 'Malaysa' : n % 23 === 9 ? 'Atlantis' : ['MY', 'Malaysia', 'Singapore', 'JP'][n % 4];
    const day = n % 19 === 6 ? '31/02/1990' : `${String((n % 27) + 1).padStart(2, '0')}/${String((n % 12) + 1).padStart(2, '0')}/19${70 + (n % 30)}`;
    const name = n % 37 === 11 ? '' : n % 41 === 8 ? 'MÃ¼ller' : first;
    lines.push([name, last, mobile, mail, country, day, n % 5 ? 'Newsletter' : 'VIP, Newsletter'].join(';'));
  }
  lines.push(lines[2] ?? '', lines[3] ?? '');
  return lines.join('\r\n');
}
