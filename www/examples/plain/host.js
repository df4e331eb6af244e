// The wizard alone, behind a button of the host's own.
const dialog = document.querySelector('dialog');
const element = document.querySelector('muster-import');

element.texts = { 'upload.title': 'Which customers do you want to import?' };
element.addEventListener('muster-close', () => dialog.close());
element.addEventListener('muster-import-complete', ({ detail }) => {
  document.querySelector('[role=status]').textContent = `${detail.counts.new} new contacts`;
});
document.querySelector('#open').addEventListener('click', () => {
  dialog.showModal();
  element.token = async () => (await fetch('/session/import-token')).text();
});
// Esc is the wizard's: it asks before it throws work away.
dialog.addEventListener('cancel', (event) => event.preventDefault());
