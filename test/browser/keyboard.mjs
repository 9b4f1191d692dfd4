// By the keyboard alone: node keyboard.mjs HANSE MODULES [WORDS]
//
// Focus is moved by keys only; what is pressed and typed into is what has it. On each stop one sees
// where one is: it looks otherwise than without the focus, lies in the window, and is covered by
// nothing. A visitor finds a project, a citizen takes part, the office answers; on each kind of
// page Tab goes through everything, in the order in which one reads, and out again; menus and
// questions give the focus back; on a phone and in forced colours as well. WORDS choose tests. TAP
// on stdout.
import { strict as assert } from 'node:assert';
import { resolve } from 'node:path';
import { CHROMIUM, run, tap, tools, until } from './kit.mjs';
import { asCookie, logIn, start } from './program.mjs';
import { FIRST_IDEA, LEAD, MEMBER, OFFICE, TEAM } from './scene.mjs';
import { visitor } from './visitor.mjs';

const [hanse, modules] = process.argv.slice(2).map(path => resolve(path));
const words = process.argv[4];
const { chromium } = tools(modules);
const report = tap();
const city = await start(hanse);
const { base } = city;
const STOPS_MAX = 400; // of one page
const idea = await (await visitor(base)).find('/ideen', FIRST_IDEA); // by somebody else

/** In the page: what has the focus, how that looks, and how what had it looks without. */
function look() {
    const e = document.activeElement;
    const old = window.hanseLast;
    const without = old && old.e.isConnected && old.e !== e ? old.paint() : null;
    if (!e || e === document.body || e === document.documentElement) return { without };
    const parts = [e, e.parentElement, e.nextElementSibling, ...(e.labels ?? [])].filter(Boolean);
    const paint = () => parts.map(part => {
        part.getAnimations().forEach(move => move.finish());
        const s = getComputedStyle(part);
        const outline = s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 1
            ? '' : `${s.outlineStyle} ${s.outlineWidth} ${s.outlineColor}`;
        return [outline, s.boxShadow, s.borderColor, s.borderWidth, s.backgroundColor].join('|');
    });
    const box = e.getBoundingClientRect();
    const x = Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2));
    const y = Math.min(innerHeight - 1, Math.max(0, box.top + Math.min(box.height / 2, 20)));
    const top = document.elementFromPoint(x, y);
    const label = e.labels?.[0];
    const over = top && (e.contains(top) || top.contains(e) || label?.contains(top) ||
        top.closest('label') === label) ? '' : top?.outerHTML.slice(0, 80) ?? 'nothing';
    const name = (e.getAttribute('aria-label') ?? label?.textContent ?? e.textContent ?? '')
        .replace(/\s+/g, ' ').trim();
    // Where it would lie if nothing were scrolled.
    let [dx, dy] = [scrollX, scrollY];
    for (let p = e.parentElement; p && p !== document.documentElement; p = p.parentElement) {
        dx += p.scrollLeft;
        dy += p.scrollTop;
    }
    window.hanseLast = { e, paint };
    return { without, same: old?.e === e, // another part of it, as of a date
        tag: e.localName, type: e.type, id: e.id, field: e.name, value: e.value, name,
        href: e.getAttribute('href'), action: e.form?.getAttribute('action'), paint: paint(), over,
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        left: box.left + dx, right: box.right + dx, y: box.top + dy, bottom: box.bottom + dy,
        main: !!e.closest('main'),
        html: e.outerHTML.slice(0, 120) };
}

/** Somebody who has a keyboard and nothing else. */
function hands(page) {
    let last = null; // where the focus was before
    const wrong = [];
    async function here() {
        const seen = await page.evaluate(look);
        if (last && seen.without && last.url === page.url() &&
            JSON.stringify(seen.without) === JSON.stringify(last.paint))
            wrong.push(`one does not see the focus on ${last.html}`);
        const now = seen.tag ? seen : null;
        if (now && now.tag !== 'main') {
            if (!now.inside) wrong.push(`out of sight: ${now.html}`);
            else if (now.over) wrong.push(`${now.over} covers ${now.html}`);
        }
        // The browser itself shows which part of a date has the focus.
        last = now && { ...now, url: page.url(), paint: now.same && last ? last.paint : now.paint };
        return now;
    }
    return {
        here,
        wrong,
        async press(...keys) {
            for (const key of keys) await page.keyboard.press(key);
        },
        /** Presses Tab until something like this has the focus. */
        async to(what, wanted, key = 'Tab') {
            const seen = [];
            for (let i = 0; i < STOPS_MAX; i++) {
                await page.keyboard.press(key);
                const now = await here();
                if (now && wanted(now)) return now;
                seen.push(now?.html);
            }
            throw new Error(`${what} is not reached on ${page.url()}: ${seen.slice(0, 5)}`);
        },
        link(href) {
            const fits = typeof href === 'string' ? h => h === href : h => href.test(h ?? '');
            return this.to(`the link ${href}`, now => now.tag === 'a' && fits(now.href));
        },
        button(words) {
            return this.to(`the button ${words}`, now => now.tag === 'button' &&
                now.name.includes(words));
        },
        field(name) {
            return this.to(`the field ${name}`, now => now.field === name &&
                now.type !== 'hidden' && now.main);
        },
        async type(name, text) {
            await this.field(name);
            await page.keyboard.type(text);
        },
        /** Enter, or another key, and the page that comes of it. */
        async go(key = 'Enter') {
            const [answer] = await Promise.all([page.waitForNavigation(),
                page.keyboard.press(key)]);
            assert.ok(!answer || answer.status() < 400, `${answer?.status()} at ${page.url()}`);
            assert.equal(await page.locator('main [role=alert]').count(), 0,
                `refused at ${page.url()}`);
            last = null;
        },
    };
}

async function open(browser, options, path, test) {
    const { as, ...rest } = options;
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 },
        reducedMotion: 'reduce', ...rest });
    try {
        if (as) await context.addCookies(asCookie(base, await logIn(base, as)));
        const page = await context.newPage();
        await page.goto(base + path);
        const keys = hands(page);
        await test(page, keys);
        assert.deepEqual([...new Set(keys.wrong)], []);
    } finally {
        await context.close();
    }
}

const heading = page => page.locator('h1').first().textContent();

async function logInByKeys(page, keys, mail) {
    await keys.link('/anmelden');
    await keys.go();
    await keys.type('mail', mail);
    await keys.type('password', 'lindhafen');
    await keys.go();
    assert.equal(new URL(page.url()).pathname, '/');
}

const walks = {
    async 'a visitor gets past the menu, searches, and reads a project'(browser) {
        await open(browser, {}, '/', async (page, keys) => {
            await keys.press('Tab');
            assert.equal((await keys.here()).href, '#inhalt');
            await keys.press('Enter');
            assert.equal((await keys.here()).id, 'inhalt');
            await keys.press('Shift+Tab');
            assert.ok(!(await keys.here()).main, 'back to what stands before the page');
            await page.goto(`${base}/`);
            await keys.to('the search field', now => now.id === 'suche-oben');
            await page.keyboard.type('Fernwärme');
            await keys.go();
            assert.match(page.url(), /\/suche\?q=/);
            const hit = await keys.link(/^\/projekte\/[a-z0-9-]+/);
            await keys.go();
            assert.equal((await heading(page)).trim(), hit.name);
        });
    },
    async 'a citizen logs in, writes an idea and publishes it'(browser) {
        await open(browser, {}, '/', async (page, keys) => {
            await logInByKeys(page, keys, MEMBER);
            await keys.link('/ideen');
            await keys.go();
            await keys.link('/ideen/neu');
            await keys.go();
            await keys.type('title', 'Bänke mit Lehnen am Fluss');
            await keys.type('lead', 'Wer schlecht aufsteht, sitzt sonst nirgends.');
            await keys.field('topics');
            await page.keyboard.press('Space');
            await keys.field('visibility');
            await page.keyboard.press('ArrowDown');
            await page.keyboard.press('ArrowUp');
            await keys.to('the button that keeps it', now => now.tag === 'button' && now.main &&
                now.action === '/ideen/neu');
            await keys.go();
            await keys.button('Veröffentlichen');
            await keys.go('Space');
            assert.equal(await heading(page), 'Bänke mit Lehnen am Fluss');
            const stranger = await visitor(base);
            await stranger.read(new URL(page.url()).pathname);
        });
    },
    async 'she supports another, says something to it, and follows it'(browser) {
        await open(browser, { as: MEMBER }, idea, async (page, keys) => {
            const before = await page.locator('main').innerText();
            await keys.to('the support', now => now.tag === 'button' && now.main &&
                /unterstuetzen$/.test(now.action));
            await keys.go();
            await keys.to('to follow', now => now.tag === 'button' && /folgen/.test(now.action));
            await keys.go('Space');
            await keys.type('body', 'Das fehlt auch bei uns.');
            await keys.to('to send', now => now.tag === 'button' && /diskussion/.test(now.action));
            await keys.go();
            const after = await page.locator('main').innerText();
            assert.ok(!before.includes('Das fehlt auch bei uns.') &&
                after.includes('Das fehlt auch bei uns.'));
            assert.equal(await page.locator('main button[aria-pressed=true]').count(), 1);
            assert.equal(await page.locator('form[action$="/unterstuetzen"] [name=set][value="1"]')
                .count(), 0, 'it can be supported still');
        });
    },
    async 'the office takes over an enquiry, answers and closes it'(browser) {
        const out = await visitor(base);
        const form = await out.open('/kontakt');
        await new Promise(next => setTimeout(next, 4200)); // who is fast is looked at twice
        await out.send(form, { subject: 'Bank am Fluss', message: 'Wann?', name: 'Enna',
            mail: 'enna@fluss.example', consent: '1' });
        await open(browser, {}, '/', async (page, keys) => {
            await logInByKeys(page, keys, OFFICE);
            await keys.to('the own menu', now => now.tag === 'summary');
            await keys.press('Enter');
            await keys.link('/buero');
            await keys.go();
            await keys.link(/^\/buero\/eingang/);
            await keys.go();
            await keys.link(/^\/buero\/anfragen\/[\d-]+$/);
            await keys.go();
            await keys.button('Übernehmen');
            await keys.go();
            for (let i = 0; i < 9 && !await page.locator('#answer').isVisible(); i++) {
                await keys.to('a fold', now => now.tag === 'summary');
                await keys.press('Enter');
            }
            await keys.type('answer', 'Im Frühjahr steht sie dort.');
            await keys.to('what comes after', now => now.tag === 'button' && now.main);
            await keys.go();
            assert.ok((await page.locator('main').innerText()).includes('Im Frühjahr steht sie'));
        });
    },
};

// --- every kind of page ---

const aProject = /href="(\/projekte\/(?!neu)[a-z0-9-]+)"/;
const KINDS = { home: ['/'], city: ['/stadt'], map: ['/stadt/karte?thema=parken'],
    ideas: ['/ideen'],
    idea: [idea], 'new idea': ['/ideen/neu', MEMBER], projects: ['/projekte'],
    board: ['/projekte?ansicht=tafel'],
    project: [await (await visitor(base)).find('/projekte', aProject)],
    partners: ['/partner'], partner: ['/partner/hochschule-lindhafen'], teams: ['/teams'],
    team: [TEAM], 'new meeting': [`${TEAM}/sitzungen/neu`, LEAD], strategy: ['/strategie'],
    search: ['/suche?q=hafen'], contact: ['/kontakt'], login: ['/anmelden'],
    'sign-up': ['/registrieren'], application: ['/partner-werden'], office: ['/buero', OFFICE],
    inbox: ['/buero/eingang', OFFICE], own: ['/mein', LEAD], account: ['/konto', MEMBER] };

/** All stops of Tab from the top until it leaves the page. */
async function stops(page, keys) {
    const all = [];
    for (let i = 0; i < STOPS_MAX; i++) {
        await page.keyboard.press('Tab');
        const now = await keys.here();
        if (!now || (all.length && now.html === all[0].html)) return all;
        all.push(now);
    }
    throw new Error(`Tab does not come to an end: ${all.slice(-3).map(s => s.html)}`);
}

/** Stops that lie above the one before, and not in a column to its right. */
function backwards(all) {
    const wrong = [];
    for (let i = 1; i < all.length; i++) {
        const [a, b] = [all[i - 1], all[i]];
        if (a.main && b.main && b.bottom <= a.y && b.left < a.right - 1)
            wrong.push(`after ${a.html} comes ${b.html}, which stands above it`);
    }
    return wrong;
}

/** What can be reached by a pointer, and was not by Tab: one for each group of radio buttons. */
function unreached() {
    const seen = window.hanseSeen;
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, ' +
        'textarea, summary')].filter(e => e.checkVisibility({ visibilityProperty: true }) &&
        !e.disabled && e.tabIndex >= 0 && !seen.has(e) && e.type !== 'radio' &&
        e.getClientRects().length).map(e => `Tab does not reach ${e.outerHTML.slice(0, 100)}`);
}

async function through(browser, options, kind) {
    const [path, as] = KINDS[kind];
    await open(browser, { as, ...options }, path, async (page, keys) => {
        if (await page.locator('[data-map]').count()) { // it is made when it comes into view
            await page.locator('[data-map]').scrollIntoViewIfNeeded();
            await page.waitForSelector('[data-map][data-ready]');
            await page.evaluate(() => scrollTo(0, 0));
        }
        await page.evaluate(() => {
            window.hanseSeen = new Set();
            document.addEventListener('focusin', event => window.hanseSeen.add(event.target));
        });
        const all = await stops(page, keys);
        assert.ok(all.length > 8, `only ${all.length} stops`);
        assert.equal(all[0].href, '#inhalt', 'the skip link is the first');
        assert.deepEqual(backwards(all), []);
        assert.deepEqual(await page.evaluate(unreached), []);
        if (kind !== 'login') return;
        const back = [];
        for (let i = 0; i < all.length; i++) {
            await page.keyboard.press('Shift+Tab');
            back.push((await keys.here())?.html);
        }
        assert.deepEqual(back.reverse(), all.map(stop => stop.html), 'the way back is another');
    });
}

const places = {
    async 'the menus close by Escape and give the focus back'(browser) {
        await open(browser, { as: MEMBER }, '/', async (page, keys) => {
            await keys.to('the own menu', now => now.tag === 'summary');
            await keys.press('Enter');
            await keys.link('/konto');
            await keys.press('Escape');
            assert.ok(!await page.isVisible('.h-user a[href="/konto"]'));
            assert.equal((await keys.here()).tag, 'summary');
            await keys.press('Space');
            await keys.button('Abmelden');
            await keys.go();
            await keys.link('/anmelden');
        });
    },
    async 'on a phone the menu opens, leads on, and gives the focus back'(browser) {
        await open(browser, { viewport: { width: 390, height: 844 } }, '/', async (page, keys) => {
            await keys.to('the menu', now => now.tag === 'summary' && /Menü/.test(now.name));
            await keys.press('Enter');
            await keys.link('/projekte');
            await keys.press('Escape');
            assert.match((await keys.here()).name, /Menü/);
            assert.ok(!await page.isVisible('.h-menu nav a'));
            await keys.press('Enter');
            await keys.link('/projekte');
            await keys.go();
            assert.equal(new URL(page.url()).pathname, '/projekte');
        });
    },
    async 'a dialog and a question keep the focus, and give it back'(browser) {
        await open(browser, {}, '/stil', async (page, keys) => {
            const opener = await keys.to('what opens a dialog', now => /data-open/.test(now.html));
            await keys.press('Enter');
            assert.ok(await page.isVisible('dialog[open]'));
            for (let i = 0; i < 6; i++) {
                await keys.press('Tab');
                assert.ok(await page.evaluate(() => document.activeElement === document.body ||
                    !!document.activeElement.closest('dialog')), 'the focus left the dialog');
            }
            await keys.press('Escape');
            assert.equal((await keys.here()).html, opener.html);
            const asker = await keys.to('what asks', now => /data-confirm/.test(now.html));
            await keys.press('Enter');
            await until('the question', () => page.isVisible('dialog[open]'));
            await keys.press('Escape');
            await until('its end', async () => !await page.locator('dialog[open]').count());
            assert.equal((await keys.here()).html, asker.html);
        });
    },
    async 'in forced colours one sees the focus as well'(browser) {
        await through(browser, { forcedColors: 'active' }, 'home');
        await through(browser, { forcedColors: 'active' }, 'new idea');
    },
};

const browser = await chromium.launch(CHROMIUM);
const phone = { viewport: { width: 390, height: 844 } };
const tests = { ...walks, ...places };
for (const kind of Object.keys(KINDS))
    tests[`Tab goes through: ${kind}`] = () => through(browser, {}, kind);
for (const kind of ['home', 'idea', 'project', 'new idea', 'map'])
    tests[`Tab goes through, on a phone: ${kind}`] = () => through(browser, phone, kind);
for (const [name, test] of Object.entries(tests))
    if (!words || name.includes(words)) await run(report, name, () => test(browser));
await browser.close();
report.check('the program ends well', await city.stop() === 0 ? [] : ['it did not end with 0']);
report.done();
