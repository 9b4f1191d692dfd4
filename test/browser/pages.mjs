// Looks at every page of the real program: node pages.mjs HANSE MODULES FOLDER
//
// Each page in both languages, at the width of a desk and of a phone, with our scripts and with
// them kept away: what axe, the Nu checker, the console and the content security policy find,
// pages that scroll sideways, and pages that weigh too much. FOLDER gets pictures. TAP on stdout.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { CHROMIUM, run, sideways, tap, tools, until } from './kit.mjs';
import { oneOf, start, things } from './program.mjs';

const [hanse, modules, folder] = process.argv.slice(2).map(path => resolve(path));
const { chromium, axe, html } = tools(modules);
const report = tap();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const city = await start(hanse, 'demo');
const { base } = city;
const all = await things(base);
const TABS = 3; // at a time
const WAIT_MS = 120000; // for what comes at once on a machine that has nothing else to do
const CASE_MS = 240000;

// Bytes with gzip: what a first view may weigh. The total is that of a browser that speaks brotli,
// as all do over https.
const KB = 1000;
const BUDGETS = {
    plain: { html: 20 * KB, css: 24 * KB, font: 75 * KB, script: 8 * KB, total: 150 * KB },
    chart: { html: 20 * KB, css: 25 * KB, font: 75 * KB, script: 32 * KB, total: 170 * KB },
    map: { html: 20 * KB, css: 34 * KB, font: 75 * KB, script: 470 * KB, total: 600 * KB },
};

const thing = (state, type) => decodeURIComponent(oneOf(all, state, type).href);
// name: address, kind, and what it needs: login (true, or as whom), status
const PAGES = {
    home: ['/', 'plain'],
    city: ['/stadt', 'plain'],
    map: ['/stadt/karte', 'map'],
    'map-parking': ['/stadt/karte?thema=parken', 'map'],
    data: ['/stadt/daten', 'plain'],
    'data-2': ['/stadt/daten?seite=2', 'plain'],
    'car-park': [thing('ok', 'OffStreetParking'), 'chart'],
    'car-park-week': [`${thing('ok', 'OffStreetParking')}?zeit=woche`, 'chart'],
    air: [thing('ok', 'AirQualityObserved'), 'chart'],
    stuck: [thing('warning'), 'chart'],
    silent: [thing('no-signal'), 'chart'],
    indicator: ['/stadt/daten/urn:ngsi-ld:KeyPerformanceIndicator:road.volume', 'chart'],
    login: ['/anmelden', 'plain'],
    'login-wrong': ['/anmelden', 'plain', { wrong: true }],
    account: ['/konto', 'plain', { login: true }],
    imprint: ['/impressum', 'plain'],
    privacy: ['/datenschutz', 'plain'],
    accessibility: ['/barrierefreiheit', 'plain'],
    style: ['/stil', 'map'],
    'not-found': ['/gibt-es-nicht', 'plain', { status: 404 }],
};
for (const slug of await indicators())
    PAGES[`figure-${slug}`] = [`/stadt/kennzahlen/${slug}`, 'chart'];

async function indicators() {
    const text = await (await fetch(`${base}/stadt`)).text();
    return [...text.matchAll(/<h3>.*?href="\/stadt\/kennzahlen\/([^"]+)"/gs)].map(m => m[1]);
}

const address = (path, lang) => base + (lang === 'de' ? path : path === '/' ? '/en' : `/en${path}`);

// --- what travels ---

const weights = new Map();

function weigh(url, coding) {
    const key = `${coding} ${url}`;
    if (!weights.has(key))
        weights.set(key, new Promise((fine, bad) => {
            get(url, { headers: { 'Accept-Encoding': coding, Connection: 'close' } }, answer => {
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

async function tooHeavy(name, kind, answers) {
    const sums = { html: 0, css: 0, font: 0, script: 0, other: 0, total: 0 };
    for (const [url, type] of answers) {
        sums[kindOf(type)] += await weigh(url, 'gzip');
        sums.total += await weigh(url, 'br, gzip');
    }
    lines.push(`${name}: ${Object.entries(sums)
        .map(([what, bytes]) => `${what} ${(bytes / KB).toFixed(1)}`).join(', ')} KB`);
    return Object.entries(BUDGETS[kind]).filter(([what, most]) => sums[what] > most)
        .map(([what, most]) => `${name}: ${what} weighs ${sums[what]} of ${most} bytes`);
}

// --- pictures ---

/** Of a PNG's chunk (ISO 3309); node:zlib has it from Node 20.15 on, Debian 12 has Node 18. */
function crc32(bytes) {
    let crc = ~0;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
}

function chunk(type, data) {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4, 'latin1');
    data.copy(out, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
}

/** The same PNG, compressed as far as it goes; the browser is in a hurry. */
function tight(png) {
    const parts = [];
    for (let at = 8; at < png.length;) {
        const size = png.readUInt32BE(at);
        parts.push([png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + size)]);
        at += 12 + size;
    }
    const pixels = inflateSync(Buffer.concat(parts.filter(p => p[0] === 'IDAT').map(p => p[1])));
    return Buffer.concat([png.subarray(0, 8), chunk('IHDR', parts[0][1]),
        chunk('IDAT', deflateSync(pixels, { level: 9, memLevel: 9 })),
        chunk('IEND', Buffer.alloc(0))]);
}

/** A busy machine sometimes has no picture at the first call. */
async function shot(page, options) {
    for (let tries = 0; ; tries++) {
        try {
            return await page.screenshot(options);
        } catch (error) {
            if (tries === 4) throw error;
            await page.waitForTimeout(500);
        }
    }
}

// For the manual: as the test sees them, in colours few enough to weigh little.
const PICTURES = { 'home-1280': 'home-de-1280', 'map-1280': 'map-de-1280',
    'entity-1280': 'car-park-de-1280', 'home-390': 'home-de-390' };
const PICTURE_MOST = 400 * KB;

async function picture(page, from, to) {
    const url = await page.evaluate(async source => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement('canvas');
        canvas.width = image.width;
        canvas.height = image.height;
        const pen = canvas.getContext('2d');
        pen.drawImage(image, 0, 0);
        const pixels = pen.getImageData(0, 0, image.width, image.height);
        pixels.data.forEach((value, i) => {
            pixels.data[i] = Math.min(255, Math.round(value / 8) * 8);
        });
        pen.putImageData(pixels, 0, 0);
        return canvas.toDataURL('image/png');
    }, `data:image/png;base64,${readFileSync(from).toString('base64')}`);
    const png = tight(Buffer.from(url.split(',')[1], 'base64'));
    writeFileSync(to, png);
    return png.length > PICTURE_MOST ? [`${to} weighs ${png.length} bytes`] : [];
}

// --- one page ---

const validate = [];

async function open(browser, name, lang, scripts) {
    const [path, , need = {}] = PAGES[name];
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 },
        reducedMotion: 'reduce' });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    const errors = [], answers = new Map();
    if (need.login) await logIn(page, lang, need.login);
    if (!scripts) await context.route(/\/assets\/[^/]+\.js$/, route => route.abort());
    page.on('console', message => {
        const kept = !scripts && /ERR_FAILED/.test(message.text());
        const expected = (need.status || need.wrong) && /status of 4/.test(message.text());
        if (message.type() === 'error' && !kept && !expected) errors.push(message.text());
    });
    page.on('pageerror', error => errors.push(String(error)));
    page.on('response', answer => answers.set(answer.url(),
        answer.headers()['content-type'] ?? ''));
    const answer = await page.goto(address(path, lang), { waitUntil: 'load' });
    if (answer.status() !== (need.status ?? 200)) errors.push(`status ${answer.status()}`);
    const text = await answer.text();
    if (need.wrong) await sendWrong(page);
    if (scripts && PAGES[name][1] === 'map' && name !== 'style')
        await page.waitForSelector('[data-map][data-ready]')
            .catch(() => errors.push('the map did not become ready'));
    await page.evaluate(() => document.fonts.ready);
    return { context, page, errors, answers, html: need.wrong ? await page.content() : text };
}

async function logIn(page, lang, who) {
    await page.goto(address('/konto', lang));
    await page.fill('#mail', who === true ? 'leitung@lindhafen.example' : who);
    await page.fill('#password', 'lindhafen');
    await page.click('.h-form button');
    await page.waitForURL('**/konto');
}

async function sendWrong(page) {
    await page.fill('#mail', `${crypto.randomUUID()}@lindhafen.example`);
    await page.fill('#password', 'falsch');
    await page.click('.h-form button');
    await page.waitForSelector('.h-errors, [role="alert"], .kern-alert');
}

async function look(browser, name, lang, scripts) {
    const { context, page, errors, answers, html } = await open(browser, name, lang, scripts);
    try {
        const label = `${name}-${lang}`;
        for (const width of [1280, 390]) {
            await page.setViewportSize({ width, height: 900 });
            await page.waitForTimeout(scripts ? 150 : 30);
            await until('the charts in their places', async () => !(await sideways(page)).length,
                3000).catch(() => { /* said below */ });
            if (scripts) writeFileSync(join(folder, `${label}-${width}.png`),
                tight(await shot(page, { fullPage: !label.startsWith('map-') })));
            errors.push(...await axe(page), ...await sideways(page));
        }
        await page.setViewportSize({ width: 320, height: 640 });
        await until('the charts in their places', async () => !(await sideways(page)).length, 3000)
            .catch(async () => errors.push(...await sideways(page)));
        if (!scripts) return errors;
        const file = join(folder, `${label}.html`);
        writeFileSync(file, html);
        validate.push(file);
        // The style page shows all there is at once; only its errors count.
        if (name !== 'style' && !PAGES[name][2])
            errors.push(...await tooHeavy(label, PAGES[name][1],
                [...answers].filter(([url]) => !url.includes('/sse'))));
        return errors;
    } finally {
        await context.close();
    }
}

const browser = await chromium.launch(CHROMIUM);
const work = [];
for (const name of Object.keys(PAGES))
    for (const lang of ['de', 'en'])
        for (const scripts of [true, false]) work.push([name, lang, scripts]);
await Promise.all(Array.from({ length: TABS }, async () => {
    for (let next = work.shift(); next; next = work.shift()) {
        const [name, lang, scripts] = next;
        const title = `${name} in ${lang}${scripts ? '' : ' without our scripts'}`;
        await run(report, title, async () => {
            const problems = await look(browser, name, lang, scripts);
            if (problems.length) throw new Error(problems.join('\n'));
        }, CASE_MS);
    }
}));
mkdirSync(join(folder, 'pictures'));
const blank = await browser.newPage();
for (const [to, from] of Object.entries(PICTURES))
    report.check(`the picture ${to} is small`, await picture(blank, join(folder, `${from}.png`),
        join(folder, 'pictures', `${to}.png`)));
await browser.close();
report.check('all pages are valid HTML', html(validate).map(line => line.replace(folder, '')));
for (const line of lines.sort()) report.note(line);
report.check('the program ends well', await city.stop() === 0 ? [] : ['it did not end with 0']);
report.done();
