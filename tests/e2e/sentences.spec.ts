import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { ApiError } from '../../www/src/api/error';
import { errorSentence } from '../../www/src/text/sentences';
import { Text, type Sentences } from '../../www/src/text/text';

const TEXT = resolve('../../www/src/text');
const read = (language: string) => JSON.parse(readFileSync(join(TEXT, `${language}.json`), 'utf8')) as Sentences;
const LANGUAGES = ['en', 'es', 'pt-BR', 'ar', 'zh-CN'];

/** What only programs can be told: nothing that a person did leads there. */
const FOR_PROGRAMS = ['bad_request', 'method_not_allowed', 'encoding_unsupported', 'head_too_large', 'contact_invalid', 'in_use', 'not_undone', 'version_mismatch', 'version_required', 'internal', 'not_ready'];

test('every refusal of the API has a sentence of its own', () => {
  const document = readFileSync(resolve('../../www/src/api/openapi.json'), 'utf8');
  const codes = [...document.matchAll(/`([a-z_]+)`: /g)].map(([, code]) => code ?? '');
  const known = new Map([...document.matchAll(/"(\d{3})": \{\s*"content": \{\s*"application\/problem\+json"[\s\S]*?"description": "((?:`[a-z_]+`: [^`"]*)+)"/g)].flatMap(([, status, says]) =>
    [...(says ?? '').matchAll(/`([a-z_]+)`: /g)].map(([, code]): [string, number] => [code ?? '', Number(status)])));
  expect(known.size).toBeGreaterThan(20);
  expect(new Set(codes).size).toBeGreaterThan(20);
  const text = new Text({ language: 'en', locale: 'en', sentences: read('en') });
  const vague = text.say('error.unknown');
  const silent = [...known].filter(([code, status]) => !FOR_PROGRAMS.includes(code) && errorSentence(text, new ApiError({ status, code, detail: '' })) === vague);
  expect(silent).toEqual([]);
});

test('each language fills in what English does, in all of its plural forms', () => {
  const places = (sentence: string) => [...new Set(sentence.match(/\{\w+\}/g))].sort().join();
  const english = read('en');
  const wrong: string[] = [];
  for (const language of LANGUAGES) {
    const categories: string[] = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, sentence] of Object.entries(read(language))) {
      const of = (forms: typeof sentence) => places(typeof forms === 'string' ? forms : (forms.other ?? ''));
      if (of(sentence) !== of(english[key as keyof Sentences])) wrong.push(`${language} ${key}: places`);
      if (typeof sentence === 'object' && Object.keys(sentence).some((form) => !categories.includes(form))) wrong.push(`${language} ${key}: forms`);
    }
  }
  expect(wrong).toEqual([]);
});
