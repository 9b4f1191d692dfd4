// Looks at the pages: node look.mjs PREVIEW CITY.json FOLDER MODULES [PICTURES]
//
// Lets the program PREVIEW write them into FOLDER, serves them on a loopback port under the pages'
// content security policy, opens each in Chromium at the width of a desk and of a phone, and
// reports what axe, the Nu checker, the console and the policy find, and pages that scroll
// sideways. TAP on stdout; with PICTURES also pictures.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { CHROMIUM, sideways, tap } from '../../../test/browser/kit.mjs';
import { serve } from './serve.mjs';

const [preview, city, folder, modules, pictures] =
    process.argv.slice(2).map(path => resolve(path));
rmSync(folder, { recursive: true, force: true });
execFileSync(preview, [folder, city], { stdio: 'pipe' });
const require = createRequire(join(modules, 'x.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const VALUE = { id: 'urn:x', attr: 'no2', text: '99,9', state: 'alarm',
    at: '2026-11-22T18:00:00Z' };

const { base, close } = await serve(folder, {
    '/sse'(request, response) {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        setTimeout(() => response.write(`data: ${JSON.stringify(VALUE)}\n\n`), 200);
    },
});
const { check, done } = tap();

const pages = readdirSync(folder).filter(name => name.endsWith('.html')).sort();

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
        v.nodes.slice(0, 3)
            .map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? ''))
            .join(' | '));
    check(`${name} at ${width} px`, [...errors, ...await sideways(page), ...violations]);
    await context.close();
}

if (pictures) mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch(CHROMIUM);
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
    close();
}

let html = [];
try {
    execFileSync('java', ['-jar', join(modules, 'vnu-jar/build/dist/vnu.jar'), '--errors-only',
        '--format', 'gnu', ...pages.map(name => join(folder, name))], { stdio: 'pipe' });
} catch (error) {
    html = String(error.stderr).trim().split('\n').map(l => l.replace(folder, ''));
}
check('all pages are valid HTML', html);
done();
