/** Every sentence of the page, looked up by a typed key, and numbers, dates and sizes as the language writes them. */

import type en from './en.json';

export type TextKey = keyof typeof en;
export type Values = Record<string, string | number>;
/** One sentence, or one for each plural form of the language. */
export type Sentence = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Sentences = Record<TextKey, Sentence>;

/** The sentences of a language, as they travel to a worker, too. */
export interface Words {
  /** Whose sentences they are. */
  language: string;
  /** How numbers and dates are written: the language, perhaps as a country writes it. */
  locale: string;
  sentences: Sentences;
}

/** The sentences and formats of one language. */
export class Text {
  readonly language: string;
  private readonly sentences: Sentences;
  private readonly plural: Intl.PluralRules;
  private readonly integer: Intl.NumberFormat;
  private readonly decimal: Intl.NumberFormat;
  private readonly regions: Intl.DisplayNames;
  private readonly collator: Intl.Collator;
  private known: Promise<Country[]> | undefined;

  constructor(readonly words: Words) {
    this.language = words.language;
    this.sentences = words.sentences;
    this.plural = new Intl.PluralRules(this.language);
    this.integer = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 0 });
    this.decimal = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 1 });
    this.regions = new Intl.DisplayNames(this.language, { type: 'region', fallback: 'none' });
    this.collator = new Intl.Collator(this.language);
  }

  /** The direction in which the language is written. */
  get direction(): 'ltr' | 'rtl' {
    return RIGHT_TO_LEFT.has(this.language) ? 'rtl' : 'ltr';
  }

  /** The sentence of a key. `n` chooses the plural form; numbers are written as the language writes them. */
  say(key: TextKey, values: Values = {}): string {
    const sentence = this.sentences[key];
    const form =
      typeof sentence === 'string'
        ? sentence
        : (sentence[this.plural.select(Number(values['n'] ?? 0))] ?? sentence.other ?? '');
    return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      if (typeof value === 'number') return this.number(value);
      // A name in another script must not turn the words around it about.
      return this.direction === 'rtl' ? `\u2068${value}\u2069` : value;
    });
  }

  /** The sentence of a key made at run time, such as an error's code; undefined when there is none. */
  find(key: string, values?: Values): string | undefined {
    return Object.hasOwn(this.sentences, key) ? this.say(key as TextKey, values) : undefined;
  }

  number(value: number): string {
    return this.integer.format(value);
  }

  percent(share: number): string {
    // Never 100 before it is all, never 0 when there is some.
    const percent = share >= 1 ? 100 : share > 0 ? Math.min(99, Math.max(1, Math.floor(share * 100))) : 0;
    return this.say('count.percent', { n: percent });
  }

  /** Like {@link percent}, with one decimal where it matters: 99.4 %. */
  share(part: number, of: number): string {
    if (of === 0 || part === of) return this.say('count.percent', { n: of === 0 ? 0 : 100 });
    const tenths = Math.min(999, Math.max(part > 0 ? 1 : 0, Math.floor((part / of) * 1000)));
    return this.say('count.percent', { n: this.decimal.format(tenths / 10) });
  }

  bytes(value: number): string {
    if (value < 1024) return this.say('count.bytes', { n: value });
    const kilobytes = value / 1024;
    if (kilobytes < 1000) return this.say('count.kilobytes', { n: kilobytes < 10 ? this.decimal.format(kilobytes) : kilobytes });
    return this.say('count.megabytes', { n: this.decimal.format(kilobytes / 1024) });
  }

  when(time: string): string {
    const date = new Date(time);
    const thisYear = date.getFullYear() === new Date().getFullYear();
    return new Intl.DateTimeFormat(this.words.locale, {
      day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
      ...(thisYear ? {} : { year: 'numeric' }),
    }).format(date);
  }

  day(time: string): string {
    return new Intl.DateTimeFormat(this.words.locale, { day: 'numeric', month: 'short' }).format(new Date(time));
  }

  exactly(time: string): string {
    return new Intl.DateTimeFormat(this.words.locale, { dateStyle: 'full', timeStyle: 'long' }).format(new Date(time));
  }

  duration(milliseconds: number): string {
    const seconds = Math.max(0, milliseconds) / 1000;
    if (seconds < 90) return this.say('count.seconds', { n: seconds < 10 ? this.decimal.format(seconds) : seconds });
    return this.say('count.minutes', { n: this.decimal.format(seconds / 60) });
  }

  /** How long ago something was, in the largest unit that fits. */
  ago(time: number): string {
    const format = new Intl.RelativeTimeFormat(this.language, { numeric: 'auto' });
    const minutes = Math.round((time - Date.now()) / 60_000);
    if (minutes > -60) return format.format(minutes, 'minute');
    return minutes > -48 * 60 ? format.format(Math.round(minutes / 60), 'hour') : format.format(Math.round(minutes / 1440), 'day');
  }

  country(code: string): string {
    return this.regions.of(code) ?? code;
  }

  list(items: string[]): string {
    return new Intl.ListFormat(this.language, { type: 'conjunction' }).format(items);
  }

  /** All countries by name. Made once, letter by letter: hundreds of names at a stroke would hold up the page. */
  countries(): Promise<Country[]> {
    return (this.known ??= this.findCountries());
  }

  private async findCountries(): Promise<Country[]> {
    const found: Country[] = [];
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    for (const first of letters) {
      for (const second of letters) {
        const code = first + second;
        const name = NO_COUNTRIES.has(code) ? undefined : this.regions.of(code);
        if (name && Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`) found.push({ code, name });
      }
      await new Promise((done) => setTimeout(done));
    }
    return found.sort((a, b) => this.collator.compare(a.name, b.name));
  }
}

const RIGHT_TO_LEFT = new Set(['ar']);

export interface Country {
  code: string;
  name: string;
}

/** Region codes that have a name in CLDR and are no ISO 3166-1 country. */
const NO_COUNTRIES = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'XK', 'ZZ']);
