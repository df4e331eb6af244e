/** The host's part of the demonstration page: who is signed in, how the page looks, and which of its views is shown. */

import { Contacts } from './contacts';

const find = <E extends HTMLElement>(selector: string): E => document.querySelector(selector) as E;
const role = find<HTMLSelectElement>('#role');
const scheme = find<HTMLSelectElement>('#scheme');
const language = find<HTMLSelectElement>('#language');
const place = find('#import-view');

async function token(): Promise<string> {
  const response = await fetch(`/demo/token?${new URLSearchParams({ role: role.value })}`);
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return (await response.text()).trim();
}

const contacts = new Contacts(find('#contacts-view'), token);

function sign(): void {
  const element = document.createElement('muster-import');
  element.lang = language.value;
  element.token = token;
  place.replaceChildren(element);
  if (location.hash === '#contacts') void contacts.show();
}

/** The page itself stays English: it only stands for a host, which has its own languages. */
function turn(): void {
  document.documentElement.dir = language.value === 'ar' ? 'rtl' : 'ltr';
  const element = document.querySelector('muster-import');
  if (element) element.lang = language.value;
}

function route(): void {
  const shown = location.hash === '#contacts' ? 'contacts' : 'import';
  place.hidden = shown !== 'import';
  find('#contacts-view').hidden = shown !== 'contacts';
  const title = shown === 'contacts' ? 'Contacts' : 'Data Import';
  for (const id of ['#crumb', '#heading']) find(id).textContent = title;
  find('#heading').classList.toggle('hide', shown === 'import');
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.sidebar nav a')) {
    if (link.hash === `#${shown}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (shown === 'contacts') void contacts.show();
}

const asked = new URLSearchParams(location.search).get('lang');
if (asked) language.value = asked;
turn();
route();
addEventListener('hashchange', route);
role.addEventListener('change', sign);
language.addEventListener('change', turn);
scheme.addEventListener('change', () => {
  document.documentElement.style.colorScheme = scheme.value;
});
void customElements.whenDefined('muster-import').then(sign);
