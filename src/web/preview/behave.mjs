// What the scripts of pages do: node behave.mjs PREVIEW CITY.json FOLDER MODULES
//
// One stream for all tabs, values that change silently and states that are said, swapped parts,
// questions before something is lost, the chart with a cursor; and that pages work without
// scripts and maps without WebGL. TAP on stdout.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { CHROMIUM, CHROMIUM_FLAT, tap } from '../../../test/browser/kit.mjs';
import { serve } from './serve.mjs';

const [preview, city, folder, modules] = process.argv.slice(2).map(path => resolve(path));
rmSync(folder, { recursive: true, force: true });
execFileSync(preview, [folder, city], { stdio: 'pipe' });
const require = createRequire(join(modules, 'x.js'));
const { chromium } = require('playwright-core');
const assert = require('node:assert/strict');

const streams = new Set();
const asked = [];
const fragments = [];
let broken = false;

function swapPage(request, response) {
    const page = Number(new URL(request.url, 'http://x').searchParams.get('seite') ?? 1);
    fragments.push(request.headers['x-fragment']);
    const script = execFileSync('sh', ['-c', `ls ${folder}/assets | grep '^hanse.*js$'`]);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    const part = `<div id="teil"><p id="wort">Seite ${page}</p>
        <a id="weiter" data-swap="teil" href="/tausch?seite=${page + 1}">weiter</a></div>`;
    response.end(`<!doctype html><html lang="de"><title>x</title><body>
        <p id="rest">${request.headers['x-fragment'] ? 'swapped' : 'whole'}</p>
        ${broken && request.headers['x-fragment'] ? '' : part}
        <script type="module" src="/assets/${String(script).trim()}"></script>`);
}

const { base, close } = await serve(folder, {
    '/sse'(request, response) {
        asked.push(decodeURIComponent(request.url));
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write(': welcome\n\n');
        streams.add(response);
        request.on('close', () => streams.delete(response));
    },
    '/tausch': swapPage,
});

function send(event) {
    for (const stream of streams)
        stream.write(`data: ${JSON.stringify({ id: 'urn:x', attr: 'no2', ...event })}\n\n`);
}

async function until(what, test) {
    for (let i = 0; i < 80; i++) {
        if (await test()) return;
        await new Promise(next => setTimeout(next, 100));
    }
    throw new Error(`never came: ${what}`);
}

const value = page => page.locator('[data-live="urn:x|no2"] [data-live-text]').textContent();
const said = page => page.locator('[data-live-status]').textContent();

const tests = {
    async 'tabs share one stream, and another one leads when the leader is closed'(browser) {
        const context = await browser.newContext();
        const first = await context.newPage();
        const second = await context.newPage();
        await first.goto(`${base}/home-de.html`);
        await until('a stream', () => streams.size === 1);
        await second.goto(`${base}/home-de.html`);
        await second.waitForTimeout(500);
        assert.equal(streams.size, 1);
        send({ text: '12,5' });
        await until('the value in both', async () =>
            await value(first) === '12,5' && await value(second) === '12,5');
        await first.close();
        await until('a new leader', () => streams.size === 1);
        await second.waitForTimeout(300);
        send({ text: '13,5' });
        await until('the value in the second', async () => await value(second) === '13,5');
        await context.close();
        await until('the end of the stream', () => streams.size === 0);
    },
    async 'values change silently, a change of state is said once'(browser) {
        const page = await browser.newPage();
        await page.goto(`${base}/home-de.html`);
        await until('a stream', () => streams.size === 1);
        send({ text: '14,5', at: '2026-11-22T18:00:00Z' });
        await until('the value', async () => await value(page) === '14,5');
        assert.equal(await said(page), '');
        send({ text: '88', state: 'alarm' });
        await until('the word', async () => /jetzt Alarm/.test(await said(page)));
        const tile = page.locator('[data-live="urn:x|no2"]');
        assert.match(await tile.getAttribute('class'), /h-tile--alarm/);
        assert.equal((await tile.locator('.h-state').textContent()).trim(), 'Alarm');
        send({ text: '<b>x</b>' });
        await until('text, not markup', async () => await value(page) === '<b>x</b>');
        await page.close();
        await until('the end of the stream', () => streams.size === 0);
    },
    async 'times are those of the city in both languages'(browser) {
        for (const name of ['home-de.html', 'home-en.html']) {
            const page = await browser.newPage({ timezoneId: 'America/New_York' });
            await page.goto(`${base}/${name}`);
            await until('a stream', () => streams.size === 1);
            send({ text: '1', at: '2026-11-22T18:05:00Z' });
            const time = page.locator('[data-live="urn:x|no2"] time');
            await until('the time', async () => await time.textContent() === '19:05');
            await page.close();
            await until('the end of the stream', () => streams.size === 0);
        }
    },
    async 'a link swaps its part, keeps the focus and changes the address'(browser) {
        const page = await browser.newPage();
        await page.goto(`${base}/tausch`);
        await page.focus('#weiter');
        await page.keyboard.press('Enter');
        await until('page 2', async () => await page.textContent('#wort') === 'Seite 2');
        assert.equal(await page.textContent('#rest'), 'whole');
        assert.equal(fragments.at(-1), 'teil');
        assert.match(page.url(), /seite=2$/);
        assert.equal(await page.evaluate(() => document.activeElement.id), 'weiter');
        broken = true;
        await page.keyboard.press('Enter');
        await until('the whole of page 3', async () => /seite=3$/.test(page.url()) &&
            await page.textContent('#wort').catch(() => '') === 'Seite 3');
        assert.equal(fragments.at(-1), undefined);
        broken = false;
        await page.close();
    },
    async 'what would be lost is asked about before'(browser) {
        const page = await browser.newPage();
        await page.goto(`${base}/stil-de.html`);
        const button = page.locator('button[data-confirm]');
        await button.click();
        assert.equal(await page.locator('dialog[open] h2').textContent(),
            'Den Eintrag endgültig löschen?');
        await page.locator('dialog[open] button').first().click();
        assert.doesNotMatch(page.url(), /verb=delete/);
        assert.ok(await button.evaluate(b => b === document.activeElement));
        await button.click();
        await page.locator('dialog[open] button').last().click();
        await page.waitForURL(/verb=delete/);
        await page.close();
    },
    async 'a button prints the page, and stands there only with scripts'(browser) {
        const bare = await browser.newContext({ javaScriptEnabled: false });
        const plain = await bare.newPage();
        await plain.goto(`${base}/stil-de.html`);
        assert.equal(await plain.locator('button[data-print]').count(), 1);
        assert.equal(await plain.locator('button[data-print]').isVisible(), false);
        await bare.close();
        const page = await browser.newPage();
        await page.addInitScript(() => {
            globalThis.printed = 0;
            globalThis.print = () => { globalThis.printed++; };
        });
        await page.goto(`${base}/stil-de.html`);
        await page.locator('button[data-print]').click();
        assert.equal(await page.evaluate(() => globalThis.printed), 1);
        await page.close();
    },
    async 'dialogs and menus open, and Escape closes them'(browser) {
        const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
        await page.goto(`${base}/stil-de.html`);
        await page.click('.h-menu summary');
        assert.ok(await page.isVisible('.h-menu nav a'));
        await page.keyboard.press('Escape');
        assert.ok(!await page.isVisible('.h-menu nav a'));
        assert.ok(await page.evaluate(() => document.activeElement.matches('.h-menu summary')));
        await page.click('[data-open="stil-dialog"]');
        assert.ok(await page.isVisible('#stil-dialog'));
        await page.keyboard.press('Escape');
        assert.ok(!await page.isVisible('#stil-dialog'));
        await page.close();
    },
    async 'a chart gets its cursor when it comes into view'(browser) {
        const page = await browser.newPage();
        await page.goto(`${base}/stil-de.html`);
        const figure = page.locator('figure[data-chart]');
        await figure.scrollIntoViewIfNeeded();
        await page.waitForSelector('figure[data-ready] canvas', { timeout: 8000 });
        assert.ok((await figure.locator('[role="img"]').getAttribute('aria-label')).length > 5);
        await page.close();
    },
    async 'pages work without scripts'(browser) {
        const page = await browser.newPage({ javaScriptEnabled: false,
            viewport: { width: 390, height: 800 } });
        await page.goto(`${base}/home-de.html`);
        assert.ok(await page.isVisible('.h-map__svg'));
        await page.click('.h-menu summary');
        assert.ok(await page.isVisible('.h-menu nav a'));
        assert.ok(await page.locator('.h-spark').count() >= 4);
        await page.close();
    },
};

const { check, done } = tap();
async function run(browser, name, test) {
    const problems = [];
    let timer;
    const limit = new Promise((_, stop) => {
        timer = setTimeout(() => stop(new Error('took longer than 30 s')), 30000);
    });
    await Promise.race([test(browser), limit]).catch(error => problems.push(error.message));
    clearTimeout(timer);
    check(name, problems);
}

const browser = await chromium.launch(CHROMIUM);
for (const [name, test] of Object.entries(tests)) await run(browser, name, test);
await browser.close();

const flat = await chromium.launch(CHROMIUM_FLAT);
await run(flat, 'without WebGL the drawn map stays', async () => {
    const page = await flat.newPage();
    await page.goto(`${base}/home-de.html`);
    await page.locator('[data-map]').scrollIntoViewIfNeeded();
    await page.waitForTimeout(3000);
    assert.ok(await page.isVisible('.h-map__svg'));
    assert.equal(await page.locator('.h-map__live').count(), 0);
});
await flat.close();
close();
done();
