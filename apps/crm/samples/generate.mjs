// Makes the sample files of the CRM app: the same every time, from invented companies and people.
// They have the shape and the flaws of a real export, so that an import has something to find:
// a product misspelt in the pipeline, a misspelt industry, companies named before their parents,
// opportunities without account and without dates.
//
//   node generate.mjs           writes the files beside this one
//   node generate.mjs --check   tells by its exit code whether they are what it would write

import { readFileSync, writeFileSync } from 'node:fs';

const OPPORTUNITIES = 800;

/** A small generator of evenly spread numbers (mulberry32); the seed decides all that follows. */
function randomSource(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomSource(20260501);
const between = (low, high) => low + Math.floor(random() * (high - low + 1));
const pick = (list) => list[between(0, list.length - 1)];
const chance = (share) => random() < share;

/** A day as `YYYY-MM-DD`, so many days after the first of September 2025. */
const day = (offset) => new Date(Date.UTC(2025, 8, 1 + offset)).toISOString().slice(0, 10);

const PRODUCTS = [
  { name: 'GTX Lite', series: 'GTX', price: 620 },
  { name: 'GTX Pro', series: 'GTX', price: 4950 },
  { name: 'GTX Max', series: 'GTX', price: 7280 },
  { name: 'Orb One', series: 'Orb', price: 85 },
  { name: 'Orb Duo', series: 'Orb', price: 1240 },
  { name: 'Orb Care', series: 'Orb', price: 3160 },
  { name: 'Terra 900', series: 'Terra', price: 24500 },
];

const SELLERS = [
  ['Odile Farrant', 'Bastian Krohn', 'North'],
  ['Tomas Quell', 'Bastian Krohn', 'North'],
  ['Ines Vandermolen', 'Bastian Krohn', 'North'],
  ['林若溪', '周砚秋', '华东'],
  ['何牧之', '周砚秋', '华东'],
  ['Priya Ashworth', 'Bastian Krohn', 'North'],
  ['顾星野', '周砚秋', '华东'],
  ['Leif Santander', '周砚秋', '华东'],
];

// `technolgy` is the flaw that exports of this kind are known for.
const SECTORS = [
  'technolgy', 'medical', 'retail', 'software', 'entertainment', 'marketing',
  'telecommunications', 'finance', 'employment', 'services',
];

const ACCOUNTS = [
  'Alderquist Works', 'Amberfold', 'Arcwhistle Labs', 'Barrowmint', 'Bellstrand & Daughters',
  'Birchvane', 'Bramblegate Foods', 'Calderwick', 'Cinderhall Studios', 'Copperlune',
  'Corvane Medical', 'Dapplemoor', 'Driftmark Shipping', 'Eastrill', 'Elmspire Holdings',
  'Fallowtide', 'Fenwisp', 'Flintmarrow', 'Foxglint Media', 'Gildenbrook', 'Glasswren',
  'Greyhollow Finance', 'Harrowbeam', 'Hollin, Marsh & Partners', 'Inkwell-Rye', 'Ivorystep',
  'Juniper Vault', 'Kestrelway', 'Kindlecross', 'Lanternfield', 'Larkspire', 'Maplecrest Optics',
  'Millrace Nine', 'Mosswater', 'Netherlight', 'Northpenny', 'Oakhaven Tools', 'Opaline Systems',
  'Pebblethorn', 'Quillhart', 'Ravenmoor', 'Rushlight Energy', 'Saltwhistle', 'Silverfen',
  'Stonelark', 'Tallowmere', 'Thistledown Care', 'Umberline', 'Velvet Anchor', 'Wavecrest-Ito',
  'Wrenfold', 'Yarrowgate', 'Zephyrhall', '云岫智能', '禾木生活', '青梧医疗', '澄海物流',
  '拾光文创', '北辰精工', '鹿鸣咨询',
];

// Child and parent; some parents stand further down in the file than their children.
const PARENTS = new Map([
  ['Amberfold', 'Velvet Anchor'],
  ['Birchvane', 'Alderquist Works'],
  ['Eastrill', 'Opaline Systems'],
  ['Fenwisp', 'Elmspire Holdings'],
  ['Larkspire', 'Opaline Systems'],
  ['Northpenny', 'Greyhollow Finance'],
  ['禾木生活', '云岫智能'],
  ['Stonelark', 'Elmspire Holdings'],
]);

const PLACES = ['Germany', 'Norway', 'Japan', 'Brazil', 'Kenya', 'Phillipines', 'Poland'];
const isChinese = (text) => /\p{Script=Han}/u.test(text);

function accounts() {
  return ACCOUNTS.map((account) => {
    const employees = between(9, 22000);
    const place = chance(0.2) ? pick(PLACES) : 'United States';
    return {
      account,
      sector: pick(SECTORS),
      year_established: between(1979, 2019),
      revenue: ((employees * between(180, 420)) / 1000).toFixed(2).replace(/\.?0+$/, ''),
      employees,
      office_location: isChinese(account) ? 'China' : place,
      subsidiary_of: PARENTS.get(account) ?? '',
    };
  });
}

const GIVEN = ['Ada', 'Boris', 'Celia', 'Dario', 'Esme', 'Felix', 'Greta', 'Hugo', 'Ilse', 'Jonas'];
const FAMILY = ['Brandt', 'Calloway', 'Duarte', 'Eklund', 'Farkas', 'Grieve', 'Hallam', 'Iversen'];
const GIVEN_ZH = ['书瑶', '景行', '若谷', '清扬', '知夏', '思远'];
const FAMILY_ZH = ['沈', '许', '陆', '苏', '程', '叶'];
const TITLES = ['Buyer', 'Head of Purchasing', 'IT Manager', 'Managing Director', 'Assistant'];
const TITLES_ZH = ['采购经理', '总经理', '信息主管', '行政'];

function contacts() {
  const rows = [];
  for (const account of ACCOUNTS) {
    for (let count = between(1, 3); count > 0; count -= 1) {
      const number = rows.length + 1;
      const chinese = isChinese(account);
      rows.push({
        contact: chinese ? pick(FAMILY_ZH) + pick(GIVEN_ZH) : `${pick(GIVEN)} ${pick(FAMILY)}`,
        account,
        job_title: pick(chinese ? TITLES_ZH : TITLES),
        // Numbers and domains that are set aside for examples: they reach nobody.
        phone: `+1 ${between(201, 989)}-555-01${String(number % 100).padStart(2, '0')}`,
        email: `contact${number}@customer${ACCOUNTS.indexOf(account) + 1}.example`,
        birthday: chance(0.4) ? '' : `${between(1961, 2001)}-${two(12)}-${two(28)}`,
      });
    }
  }
  return rows;
}

const two = (most) => String(between(1, most)).padStart(2, '0');

function identifier(taken) {
  const signs = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  let text = '';
  while (text.length < 8) text += pick(signs);
  if (taken.has(text)) return identifier(taken);
  taken.add(text);
  return text;
}

function stage() {
  const share = random();
  if (share < 0.46) return 'Won';
  if (share < 0.74) return 'Lost';
  return share < 0.86 ? 'Engaging' : 'Prospecting';
}

function opportunities() {
  const taken = new Set();
  return Array.from({ length: OPPORTUNITIES }, () => {
    const product = pick(chance(0.03) ? PRODUCTS.slice(6) : PRODUCTS.slice(0, 6));
    const reached = stage();
    const closed = reached === 'Won' || reached === 'Lost';
    const engaged = between(0, 365);
    const won = Math.round(product.price * (0.75 + random() * 0.5));
    return {
      opportunity_id: identifier(taken),
      sales_agent: pick(SELLERS)[0],
      // The other flaw: the pipeline writes this product without its space.
      product: product.name === 'GTX Pro' ? 'GTXPro' : product.name,
      account: closed || chance(0.33) ? pick(ACCOUNTS) : '',
      deal_stage: reached,
      engage_date: reached === 'Prospecting' ? '' : day(engaged),
      close_date: closed ? day(engaged + between(3, 120)) : '',
      close_value: closed ? (reached === 'Won' ? won : 0) : '',
    };
  });
}

function csv(rows) {
  const cell = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : `${value}`);
  const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))];
  return lines.map((line) => line.map((value) => cell(String(value))).join(',')).join('\n') + '\n';
}

const pipeline = opportunities();
const won = pipeline.filter((row) => row.deal_stage === 'Won');
const tables = {
  accounts: accounts(),
  contacts: contacts(),
  products: PRODUCTS.map(({ name, series, price }) => ({ product: name, series, sales_price: price })),
  sales_teams: SELLERS.map(([sales_agent, manager, regional_office]) => ({
    sales_agent, manager, regional_office,
  })),
  sales_pipeline: pipeline,
};
const expected = {
  rows: Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.length])),
  rows_with_gtxpro: pipeline.filter((row) => row.product === 'GTXPro').length,
  rows_without_account: pipeline.filter((row) => row.account === '').length,
  won: won.length,
  won_close_value: `${won.reduce((sum, row) => sum + row.close_value, 0)}.00`,
};

const files = Object.entries(tables).map(([name, rows]) => [`${name}.csv`, csv(rows)]);
files.push(['expected.json', `${JSON.stringify(expected, null, 2)}\n`]);

const at = (name) => new URL(name, import.meta.url);
if (process.argv.includes('--check')) {
  const stale = files.filter(([name, text]) => readFileSync(at(name), 'utf8') !== text);
  for (const [name] of stale) console.error(`${name} is not what generate.mjs makes`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [name, text] of files) writeFileSync(at(name), text);
  console.log(JSON.stringify(expected));
}
