// Becoming a partner in Chromium: node partners.mjs HANSE MODULES
//
// Each button is clicked twice in a row, as people do: one application, one confirmation, one
// acceptance, one enquiry, one mail each; with scripts and without. TAP on stdout.
import { strict as assert } from 'node:assert';
import { resolve } from 'node:path';
import { CHROMIUM, run, tap, tools, until } from './kit.mjs';
import { start } from './program.mjs';

const [hanse, modules] = process.argv.slice(2).map(path => resolve(path));
const { chromium } = tools(modules);
const report = tap();
const city = await start(hanse, 'demo');
const { base } = city;
const OFFICE = 'buero@lindhafen.example';
const PASSWORD = 'lindhafen';

async function open(browser, options, test) {
    const viewport = { width: 1280, height: 900 };
    const context = await browser.newContext({ viewport, ...options });
    try {
        await test(await context.newPage());
    } finally {
        await context.close();
    }
}

/** Mails to an address, the newest first: subject and where they lead. */
async function mailsTo(page, address) {
    await page.goto(`${base}/demo/mails`);
    const rows = page.locator('tr', { hasText: address });
    const links = [];
    for (let i = 0; i < await rows.count(); i++)
        links.push(await rows.nth(i).locator('a').first().getAttribute('href'));
    return links;
}

async function mailed(page, address, count) {
    let links = [];
    await until(`${count} mails to ${address}`, async () => {
        links = await mailsTo(page, address);
        return links.length >= count;
    }, 20000);
    assert.equal(links.length, count);
    await page.goto(base + links[0]);
    return page.locator('main').innerText();
}

/** The path behind the host of the first link that a mail names. */
function pathOf(mail) {
    const link = /https?:\/\/[^/\s]+(\/\S*code=\S+)/.exec(mail);
    assert.ok(link, mail);
    return link[1];
}

async function logIn(page) {
    await page.goto(`${base}/anmelden`);
    await page.fill('#mail', OFFICE);
    await page.fill('#password', PASSWORD);
    await page.click('.h-form button');
    await page.waitForURL(url => !url.pathname.includes('anmelden'));
}

async function apply(page, name, mail) {
    await page.goto(`${base}/partner`);
    await page.click('main a:has-text("Partner werden")');
    await page.fill('#title', name);
    await page.selectOption('#kind', 'start_up');
    await page.fill('#person_name', 'Enna Harms');
    await page.fill('#email', mail);
    if (await page.locator('#agreed').count()) await page.check('#agreed');
    await page.check('#consent');
    await page.dblclick('.h-form button[type="submit"]');
    await page.waitForURL('**/partner-werden/gesendet');
}

async function wholeWay(browser, options, name, mail) {
    await open(browser, options, async page => {
        await apply(page, name, mail);
        await page.goto(base + pathOf(await mailed(page, mail, 1)));
        await page.dblclick('.h-form button[type="submit"]');
        await page.waitForURL('**/partner-werden/eingegangen');
        await mailed(page, mail, 2);
        await logIn(page);
        await page.goto(`${base}/buero/eingang?art=partner`);
        assert.equal(await page.locator('h3', { hasText: name }).count(), 1);
        await page.click(`h3 a:has-text("${name}")`);
        const at = page.url();
        for (const verb of ['Prüfung beginnen', 'Aufnehmen']) {
            await page.dblclick(`main button:has-text("${verb}")`);
            await page.waitForLoadState();
            await page.goto(at);
        }
        assert.match(await page.locator('.h-badges').first().innerText(), /Partner/);
        await mailed(page, mail, 3);
    });
}

const tests = {
    async 'a double click on each button makes one partner'(browser) {
        await wholeWay(browser, {}, 'Doppelklick Werke', 'doppel@werke.example');
    },
    async 'the same without scripts'(browser) {
        await wholeWay(browser, { javaScriptEnabled: false }, 'Ohne Skript Werke',
            'ohne@skript.example');
    },
    async 'a double click sends one message, and the keyboard is enough for it'(browser) {
        await open(browser, {}, async page => {
            await page.goto(`${base}/kontakt`);
            await page.focus('#subject');
            await page.keyboard.type('Bank vor dem Rathaus');
            await page.keyboard.press('Tab');
            await page.keyboard.type('Wann kommt sie?');
            for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
            await page.keyboard.type('enna@bank.example');
            await page.keyboard.press('Tab');
            await page.keyboard.press('Space');
            // The hidden field is none of those that Tab reaches.
            await page.keyboard.press('Tab');
            await page.dblclick('.h-form button:focus');
            await page.waitForURL('**/kontakt/gesendet?nummer=*');
            const number = new URL(page.url()).searchParams.get('nummer');
            assert.match(await page.locator('main').innerText(), new RegExp(number));
            assert.match(await mailed(page, 'enna@bank.example', 1), new RegExp(number));
        });
    },
};

const browser = await chromium.launch(CHROMIUM);
for (const [name, test] of Object.entries(tests))
    await run(report, name, () => test(browser), 90000);
await browser.close();
report.check('the program ends well', await city.stop() === 0 ? [] : ['it did not end with 0']);
report.done();
