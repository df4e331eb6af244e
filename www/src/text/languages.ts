/** The languages of the page. A file that lacks a sentence, or has one that no other has, fails the type check. */

import en from './en.json';
import type { Sentence, Sentences, TextKey, Words } from './text';

/** What a file has to be: every sentence of English, and no other. */
type Complete<File> = Record<Exclude<keyof File, TextKey>, never> & Sentences;

const complete = <File extends Record<string, Sentence>>(file: File & Complete<File>): Sentences => file;

const LANGUAGES = {
  en: async () => complete(en),
  es: async () => complete((await import('./es.json')).default),
  'pt-BR': async () => complete((await import('./pt-BR.json')).default),
  ar: async () => complete((await import('./ar.json')).default),
  'zh-CN': async () => complete((await import('./zh-CN.json')).default),
} satisfies Record<string, () => Promise<Sentences>>;

export type Language = keyof typeof LANGUAGES;

/** English is there at once: what is said before a language has arrived, or when it can't. */
export const ENGLISH: Words = { language: 'en', locale: 'en', sentences: en };

/** The language that comes nearest to what a page is written in: `pt` is `pt-BR`, `es-MX` is `es`. */
export function nearest(lang: string): Language {
  const names = Object.keys(LANGUAGES) as Language[];
  const base = lang.toLowerCase().split('-')[0];
  return names.find((name) => name.toLowerCase() === lang.toLowerCase()) ?? names.find((name) => name.split('-')[0] === base) ?? 'en';
}

/** The sentences of a language, some of them as the host has them. */
export async function words(lang: string, own: Partial<Sentences> = {}): Promise<Words> {
  const language = nearest(lang);
  return { language, locale: nearLocale(lang, language), sentences: { ...(await LANGUAGES[language]()), ...own } };
}

/** Numbers and dates as the page's country writes them, where it has the language. */
function nearLocale(lang: string, language: Language): string {
  try {
    const locale = new Intl.Locale(lang);
    return locale.language === new Intl.Locale(language).language ? locale.toString() : language;
  } catch {
    return language;
  }
}
