// Looks at the pages: node look.mjs PREVIEW CITY.json FOLDER MODULES [PICTURES]
//
// Lets the program PREVIEW write them into FOLDER, serves them on a loopback port under the pages'
// content security policy, opens each in Chromium at the width of a desk and of a phone, and
// reports what axe, the Nu checker, the console and the policy find, and pages that scroll
// sideways. TAP on stdout; with PICTURES also pictures.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [preview, city, folder, modules, pictures] =
    process.argv.slice(2).map(path => resolve(path));
rmSync(folder, { recursive: true, force: true });
execFileSync(preview, [folder, city], { stdio: 'pipe' });
const require = createRequire(join(modules, 'x.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const CSP = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; " +
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const TYPES = {
    html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript',
    svg: 'image/svg+xml', woff2: 'font/woff2', json: 'application/json',
    geojson: 'application/geo+json', ico: 'image/svg+xml',
};

const server = createServer((request, response) => {
    const path = request.url.split('?')[0];
    if (path === '/sse') {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        setTimeout(() => response.write('data: {"id":"urn:x","attr":"no2","text":"99,9",' +
            '"state":"alarm","at":"2026-11-22T18:00:00Z"}\n\n'), 200);
        return;
    }
    const file = path.startsWith('/stadt/karte/') ? path.slice('/stadt/karte/'.length) : path;
    try {
        const bytes = readFileSync(join(folder, decodeURIComponent(file)));
        response.writeHead(200, {
            'Content-Type': TYPES[file.split('.').pop()] ?? 'application/octet-stream',
            'Content-Security-Policy': CSP,
        });
        response.end(bytes);
    } catch {
        response.writeHead(404).end();
    }
});
await new Promise(done => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;

const pages = readdirSync(folder).filter(name => name.endsWith('.html')).sort();
let count = 0;
let failed = 0;
function check(name, problems) {
    count++;
    if (problems.length) failed++;
    console.log(`${problems.length ? 'not ok' : 'ok'} ${count} - ${name}`);
    for (const problem of problems) console.log(`# ${problem}`);
}

async function sideways(page) {
    return page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1
        ? [`scrolls sideways: ${document.documentElement.scrollWidth} px in ${innerWidth}: ` +
            [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 4).map(e => `${e.tagName}.${e.getAttribute('class')}`).join(', ')]
        : []);
}

async function look(browser, name, width, height) {
    const context = await browser.newContext({ viewport: { width, height },
        reducedMotion: 'reduce', isMobile: width < 600, deviceScaleFactor: width < 600 ? 2 : 1 });
    const page = await context.newPage();
    const errors = [];
    page.on('console', message => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', error => errors.push(String(error)));
    await page.goto(`${base}/${name}`, { waitUntil: 'load', timeout: 20000 });
    await page.evaluate(() => document.fonts.ready);
    const map = page.locator('[data-map][data-features^="/"]');
    if (await map.count()) {
        await map.first().scrollIntoViewIfNeeded();
        await page.waitForFunction(() => document.querySelector('[data-map][data-ready]'), null,
            { timeout: 15000 }).catch(() => errors.push('the map did not become ready'));
    }
    await page.waitForTimeout(1500);
    if (pictures) {
        await page.screenshot({ path: join(pictures, `${name.slice(0, -5)}-${width}.png`),
            fullPage: true });
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: join(pictures, `${name.slice(0, -5)}-${width}-top.png`) });
    }
    await page.evaluate(axe);
    const result = await page.evaluate(() => globalThis.axe.run(document, { runOnly: [
        'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    const violations = result.violations.map(v => `axe ${v.id}: ${v.help}: ` +
        v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | '));
    check(`${name} at ${width} px`, [...errors, ...await sideways(page), ...violations]);
    await context.close();
}

if (pictures) mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader'] });
try {
    for (const name of pages) {
        await look(browser, name, 1280, 900);
        await look(browser, name, 390, 844);
    }
    const narrow = await browser.newPage({ viewport: { width: 320, height: 640 } });
    for (const name of pages) {
        await narrow.goto(`${base}/${name}`);
        check(`${name} at 320 px does not scroll sideways`, await sideways(narrow));
    }
} finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
}

let html = [];
try {
    execFileSync('java', ['-jar', join(modules, 'vnu-jar/build/dist/vnu.jar'), '--errors-only',
        '--format', 'gnu', ...pages.map(name => join(folder, name))], { stdio: 'pipe' });
} catch (error) {
    html = String(error.stderr).trim().split('\n').map(l => l.replace(folder, ''));
}
check('all pages are valid HTML', html);
console.log(`1..${count}`);
process.exitCode = failed ? 1 : 0;
