/** What a host makes with react-spreadsheet-import: the same fields, and checks as they are usual with it. */

import { createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ReactSpreadsheetImport } from 'react-spreadsheet-import';

const matching = (value, errorMessage) => ({ rule: 'regex', value: `^$|^${value}$`, errorMessage });
const once = { rule: 'unique', allowEmpty: true, errorMessage: 'Twice in this file' };
/** As near as its rules come to what Muster checks. */
const CHECKS = {
  first_name: [{ rule: 'required', errorMessage: 'First Name is needed' }],
  phone: [matching('\\+?[0-9 ().-]{7,20}', 'Not a phone number'), once],
  email: [matching('[^@\\s]+@[^@\\s]+\\.[^@\\s]+', 'Not an e-mail address'), once],
  country: [matching('[A-Za-z]{2}', 'Not a country')],
  language: [matching('[A-Za-z]{2}', 'Not a language')],
  birthday: [matching('\\d{4}-\\d{2}-\\d{2}', 'Not a date')],
};

/** `names` are the headers of the file in order, `keys` the fields that they are. */
window.show = (names, keys) => {
  const fields = names.map((label, at) => ({ label, key: keys[at], alternateMatches: [label], fieldType: { type: 'input' }, example: '', validations: CHECKS[keys[at]] }));
  const Page = () => {
    const [isOpen, open] = useState(true);
    return createElement(ReactSpreadsheetImport, { isOpen, onClose: () => open(false), onSubmit: () => undefined, fields });
  };
  createRoot(document.querySelector('#root')).render(createElement(Page));
};
