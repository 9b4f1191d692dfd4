// Looks at every page of the real program: node pages.mjs HANSE MODULES FOLDER [NAME...]
//
// Each page of table.mjs, in both languages, at the width of a desk, of a phone and of 320 px,
// with our scripts and with them kept away: what axe, the Nu checker, the console and the content
// security policy find, pages that scroll sideways, and pages that weigh too much. A page is
// loaded twice:
//
//   German, with our scripts:     axe at 1280 px and at 390 px, sideways at 320 px, bytes
//   English, without our scripts: axe at 390 px, sideways at 1280 px and at 320 px
//
// and those marked `whole`, at least one of each make, also the other two ways, by axe at both
// widths. The Nu checker reads both languages of all. FOLDER gets pictures of what is wrong, those
// of the manual, and of every page when HANSE_PICTURES is set. NAMEs choose rows. TAP on stdout.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import { CHROMIUM, CHROMIUM_FLAT, run, sideways, tap, tools, until } from './kit.mjs';
import { picture, shot, tight } from './picture.mjs';
import { asCookie, logIn, start } from './program.mjs';
import { rows, unseen } from './table.mjs';

const [hanse, modules, folder] = process.argv.slice(2, 5).map(path => resolve(path));
const chosen = process.argv.slice(5);
const { chromium, axe, html } = tools(modules);
const report = tap();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const began = performance.now();
const city = await start(hanse);
const { base } = city;
const PAGES = await rows(base);
const TABS = 2; // at a time
const WAIT_MS = 120000; // for what comes at once on a machine that has nothing else to do
const CASE_MS = 240000;

// Bytes with gzip: what a first view may weigh. The total is that of a browser that speaks brotli,
// as all do over https.
const KB = 1000;
const BUDGETS = {
    plain: { html: 20 * KB, css: 24 * KB, font: 75 * KB, script: 8 * KB, total: 150 * KB },
    chart: { html: 20 * KB, css: 25 * KB, font: 75 * KB, script: 32 * KB, total: 170 * KB },
    // Names hundreds of places, for those who have no scripts.
    map: { html: 25 * KB, css: 34 * KB, font: 75 * KB, script: 470 * KB, total: 600 * KB },
};

const PICTURES = { 'home-1280': 'home-de-1280', 'map-1280': 'map-de-1280',
    'entity-1280': 'car-park-de-1280', 'home-390': 'home-de-390' };

const address = (path, lang) => base + (lang === 'de' ? path : path === '/' ? '/en' : `/en${path}`);

// --- what travels ---

const weights = new Map();

function weigh(url, coding, session) {
    const key = `${coding} ${session} ${url}`;
    if (!weights.has(key))
        weights.set(key, new Promise((fine, bad) => {
            const headers = { 'Accept-Encoding': coding, Connection: 'close' };
            if (session) headers.Cookie = session;
            get(url, { headers }, answer => {
                let bytes = 0;
                answer.on('data', part => { bytes += part.length; });
                answer.on('end', () => fine(bytes));
            }).on('error', bad);
        }));
    return weights.get(key);
}

function kindOf(type) {
    if (/html/.test(type)) return 'html';
    if (/css/.test(type)) return 'css';
    if (/font|woff/.test(type)) return 'font';
    return /javascript/.test(type) ? 'script' : 'other';
}

const lines = [];

async function tooHeavy(name, kind, answers, session) {
    const sums = { html: 0, css: 0, font: 0, script: 0, other: 0, total: 0 };
    for (const [url, type] of answers) {
        const own = /html/.test(type) ? session : undefined;
        sums[kindOf(type)] += await weigh(url, 'gzip', own);
        sums.total += await weigh(url, 'br, gzip', own);
    }
    lines.push(`${name}: ${Object.entries(sums)
        .map(([what, bytes]) => `${what} ${(bytes / KB).toFixed(1)}`).join(', ')} KB`);
    return Object.entries(BUDGETS[kind]).filter(([what, most]) => sums[what] > most)
        .map(([what, most]) => `${name}: ${what} weighs ${sums[what]} of ${most} bytes`);
}

// --- one page ---

const validate = [];

/** A tab in somebody's session; what it hears goes to `heard`, which each page empties. */
async function openTab(browser, as, scripts) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 },
        reducedMotion: 'reduce' });
    context.setDefaultTimeout(WAIT_MS);
    if (as) await context.addCookies(asCookie(base, await logIn(base, as)));
    const page = await context.newPage();
    if (!scripts) await context.route(/\/assets\/[^/]+\.js$/, route => route.abort());
    const tab = { context, page, errors: [], answers: new Map(), expected: false };
    page.on('console', message => {
        const kept = !scripts && /ERR_FAILED/.test(message.text());
        const expected = tab.expected && /status of 4/.test(message.text());
        if (message.type() === 'error' && !kept && !expected) tab.errors.push(message.text());
    });
    page.on('pageerror', error => tab.errors.push(String(error)));
    page.on('response', answer => tab.answers.set(answer.url(),
        answer.headers()['content-type'] ?? ''));
    return tab;
}

async function sendWrong(page) {
    await page.fill('#mail', `${crypto.randomUUID()}@lindhafen.example`);
    await page.fill('#password', 'falsch');
    await page.click('.h-form button');
    await page.waitForSelector('.h-errors, [role="alert"], .kern-alert');
}

/** Opens the page in this tab at this width, and gives its source. */
async function open(tab, name, lang, scripts, width) {
    const [path, kind, need = {}] = PAGES[name];
    const { page } = tab;
    await page.goto('about:blank');
    tab.errors = [];
    tab.answers = new Map();
    tab.expected = need.status || need.wrong;
    await page.setViewportSize({ width, height: 900 });
    const answer = await page.goto(address(path, lang), { waitUntil: 'load' });
    if (answer.status() !== (need.status ?? 200)) tab.errors.push(`status ${answer.status()}`);
    const text = await answer.text();
    if (need.wrong) await sendWrong(page);
    if (scripts && kind === 'map' && name !== 'style')
        await page.waitForSelector('[data-map][data-ready]')
            .catch(() => tab.errors.push('the map did not become ready'));
    await page.evaluate(() => document.fonts.ready);
    return need.wrong ? page.content() : text;
}

/** Scrolling sideways, when all is drawn anew. */
async function wide(page, width) {
    const found = [];
    if (page.viewportSize().width !== width) await page.setViewportSize({ width, height: 900 });
    await until('all in its place', async () => !(await sideways(page)).length, 3000)
        .catch(async () => found.push(...await sideways(page)));
    return found;
}

async function look(tab, name, { lang, scripts, axeAt, wideAt }) {
    const [, kind, need = {}] = PAGES[name];
    const { page } = tab;
    const label = `${name}-${lang}`;
    const source = await open(tab, name, lang, scripts, axeAt[0]);
    const errors = [];
    for (const width of axeAt) {
        errors.push(...await wide(page, width));
        if (scripts && kind !== 'plain') await page.waitForTimeout(150); // charts are drawn anew
        const found = await axe(page);
        errors.push(...found.map(line => `at ${width} px: ${line}`));
        const wanted = process.env.HANSE_PICTURES || found.length ||
            Object.values(PICTURES).includes(`${label}-${width}`);
        if (wanted)
            writeFileSync(join(folder, `${label}-${width}${scripts ? '' : '-plain'}.png`),
                tight(await shot(page, { fullPage: kind !== 'map' })));
    }
    for (const width of wideAt) errors.push(...await wide(page, width));
    if (!validate.some(file => file.endsWith(`/${label}.html`))) {
        const file = join(folder, `${label}.html`);
        writeFileSync(file, source);
        validate.push(file);
    }
    // The style page shows all there is at once; only its errors count.
    if (scripts && lang === 'de' && name !== 'style' && !need.wrong)
        errors.push(...await tooHeavy(label, kind, [...tab.answers]
            .filter(([url]) => !url.includes('/sse')), need.as && await logIn(base, need.as)));
    return [...errors, ...tab.errors];
}

const GERMAN = { lang: 'de', scripts: true, axeAt: [1280, 390], wideAt: [320] };
const ENGLISH = { lang: 'en', scripts: false, axeAt: [390], wideAt: [320, 1280] };
const WHOLE = [GERMAN, { ...ENGLISH, axeAt: [1280, 390], wideAt: [320] },
    { ...GERMAN, lang: 'en' }, { ...GERMAN, scripts: false }];

function plan() {
    const work = [];
    for (const [name, [, kind, need = {}]] of Object.entries(PAGES))
        if (!chosen.length || chosen.includes(name))
            for (const way of need.whole ? WHOLE : [GERMAN, ENGLISH])
                work.push({ name, way, key: `${kind === 'map'} ${way.scripts} ${need.as ?? ''}` });
    return work.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0); // few tabs anew
}

async function worker(browsers, work) {
    let tab, key;
    for (let next = work.shift(); next; next = work.shift()) {
        const { name, way } = next;
        const title = `${name} in ${way.lang}${way.scripts ? '' : ' without our scripts'}`;
        await run(report, title, async () => {
            if (key !== next.key) {
                await tab?.context.close();
                tab = await openTab(browsers[PAGES[name][1] === 'map' ? 'map' : 'flat'],
                    PAGES[name][2]?.as, way.scripts);
                key = next.key;
            }
            const problems = await look(tab, name, way);
            if (problems.length) throw new Error(problems.join('\n'));
        }, CASE_MS);
    }
    await tab?.context.close();
}

const seconds = () => Math.round((performance.now() - began) / 1000);
if (!chosen.length) report.check('every page has a row', unseen(PAGES));
report.note(`${seconds()} s: the city stands`);
// Drawing without WebGL costs less, and most pages have no map.
const browsers = { map: await chromium.launch(CHROMIUM),
    flat: await chromium.launch(CHROMIUM_FLAT) };
const work = plan();
await Promise.all(Array.from({ length: TABS }, () => worker(browsers, work)));
report.note(`${seconds()} s: the browser has seen all`);
if (!chosen.length) {
    mkdirSync(join(folder, 'pictures'));
    const blank = await browsers.flat.newPage();
    for (const [to, from] of Object.entries(PICTURES))
        report.check(`the picture ${to} is small`, await picture(blank,
            join(folder, `${from}.png`), join(folder, 'pictures', `${to}.png`)));
}
await Promise.all(Object.values(browsers).map(browser => browser.close()));
report.check('all pages are valid HTML', html(validate).map(line => line.replace(folder, '')));
report.note(`${seconds()} s: the Nu checker has read all`);
for (const line of lines.sort()) report.note(line);
report.check('the program ends well', await city.stop() === 0 ? [] : ['it did not end with 0']);
report.done();
