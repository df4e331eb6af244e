import type { Contact, ContactPage, Workspace } from '../api/schema';

/** Contacts that are shown at a time. */
const SHOWN = 50;

/**
 * The host's own contacts, outside of the element: so that a person sees what an import did, and can change a contact
 * while an import of it waits.
 */
export class Contacts {
  private workspace: Workspace | undefined;
  private contacts: Contact[] = [];
  private next: number | null = null;
  private turn = 0;
  private readonly form: HTMLFormElement;
  private readonly dialog: HTMLDialogElement;

  constructor(private readonly root: HTMLElement, private readonly token: () => Promise<string>) {
    this.form = this.part('.find');
    this.dialog = this.part('dialog');
    let typing: ReturnType<typeof setTimeout>;
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.form.addEventListener('input', () => {
      clearTimeout(typing);
      typing = setTimeout(() => void this.load(false), 200);
    });
    this.part('#contacts-more').addEventListener('click', () => void this.load(true));
    this.part('[value=cancel]').addEventListener('click', () => this.dialog.close());
  }

  async show(): Promise<void> {
    const workspace = await (await this.ask('/workspace')).json();
    if (!('fields' in workspace)) return this.say('Only Owners and Managers see contacts here.');
    this.workspace = workspace as Workspace;
    const tags = this.part<HTMLSelectElement>('[name=tag]');
    const chosen = tags.value;
    tags.replaceChildren(new Option('All tags', ''), ...this.workspace.tags.map(({ name, contacts }) => new Option(`${name} (${contacts})`, name)));
    tags.value = chosen;
    await this.load(false);
  }

  private async load(more: boolean): Promise<void> {
    const turn = ++this.turn;
    const { search, tag } = Object.fromEntries(new FormData(this.form)) as Record<string, string>;
    const after = more ? this.next : null;
    const query = new URLSearchParams({ limit: String(SHOWN), ...(search && { search }), ...(tag && { tag }), ...(after && { after: String(after) }) });
    const { contacts, next } = (await (await this.ask(`/contacts?${query}`)).json()) as ContactPage;
    if (turn !== this.turn) return;
    this.contacts = more ? [...this.contacts, ...contacts] : contacts;
    this.next = next;
    this.render();
  }

  private render(): void {
    const fields = this.workspace?.fields.filter(({ key }) => !['contact_id', 'tags'].includes(key)) ?? [];
    this.part('thead').replaceChildren(row('th', ['ID', ...fields.map(({ name }) => name), 'Tags', 'Version', '']));
    this.part('tbody').replaceChildren(
      ...this.contacts.map((contact) => {
        const line = row('td', [String(contact.id), ...fields.map(({ key }) => contact.fields[key] ?? ''), contact.tags.join(', '), String(contact.version), '']);
        const edit = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Edit' });
        edit.setAttribute('aria-label', `Edit contact ${contact.id}`);
        edit.addEventListener('click', () => this.edit(contact));
        line.lastElementChild?.append(edit);
        return line;
      }),
    );
    this.part('#contacts-more').hidden = this.next === null;
    this.say(this.contacts.length ? `${this.contacts.length} contacts${this.next === null ? '' : ', and more'}` : 'No contact fits.');
  }

  private edit(contact: Contact): void {
    const inputs = (this.workspace?.fields ?? [])
      .filter(({ key }) => !['contact_id', 'tags'].includes(key))
      .map(({ key, name }) => {
        const label = document.createElement('label');
        const input = Object.assign(document.createElement('input'), { name: key, value: contact.fields[key] ?? '' });
        label.append(name, input);
        return { key, label, input };
      });
    this.part('.fields').replaceChildren(...inputs.map(({ label }) => label));
    this.part('.wrong').textContent = '';
    this.part<HTMLFormElement>('dialog form').onsubmit = (event) => {
      event.preventDefault();
      const changed = inputs.filter(({ key, input }) => input.value !== (contact.fields[key] ?? ''));
      void this.save(contact, Object.fromEntries(changed.map(({ key, input }) => [key, input.value || null])));
    };
    this.dialog.showModal();
  }

  private async save({ id, version }: Contact, fields: Record<string, string | null>): Promise<void> {
    const answer = await this.ask(`/contacts/${id}`, { method: 'PATCH', headers: { 'content-type': 'application/json', 'if-match': `"${version}"` }, body: JSON.stringify({ fields }) });
    if (!answer.ok) {
      this.part('.wrong').textContent = ((await answer.json()) as { detail: string }).detail;
      return;
    }
    this.dialog.close();
    await this.load(false);
  }

  private async ask(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    return fetch(`/api/v1${path}`, { ...init, headers: { ...headers, authorization: `Bearer ${await this.token()}` } });
  }

  private say(words: string): void {
    this.part('#contacts-status').textContent = words;
  }

  private part<E extends HTMLElement>(selector: string): E {
    return this.root.querySelector(selector) as E;
  }
}

function row(cell: 'th' | 'td', texts: string[]): HTMLTableRowElement {
  const line = document.createElement('tr');
  line.append(
    ...texts.map((text) => {
      const element = Object.assign(document.createElement(text || cell === 'td' ? cell : 'td'), { textContent: text });
      if (element.tagName === 'TH') element.setAttribute('scope', 'col');
      return element;
    }),
  );
  return line;
}
