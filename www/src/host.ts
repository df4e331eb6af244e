/** The host's part of the demonstration page: who is signed in, and how the page looks. The element does the rest. */

export {};

const role = document.querySelector<HTMLSelectElement>('#role');
const scheme = document.querySelector<HTMLSelectElement>('#scheme');
const place = document.querySelector<HTMLElement>('#import');

function show(): void {
  const element = document.createElement('muster-import');
  element.lang = 'en';
  const query = new URLSearchParams({ role: role?.value ?? 'owner' });
  element.token = async () => {
    const response = await fetch(`/demo/token?${query}`);
    if (!response.ok) throw new Error(`no token: ${response.status}`);
    return (await response.text()).trim();
  };
  place?.replaceChildren(element);
}

role?.addEventListener('change', show);
scheme?.addEventListener('change', () => {
  document.documentElement.style.colorScheme = scheme.value;
});
void customElements.whenDefined('muster-import').then(show);
