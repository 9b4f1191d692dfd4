// How the alliance works, seen from each side: node alliance.mjs HANSE MODULES
//
// A visitor applies for partnership and confirms by mail; the office accepts; the representative
// invites a colleague, who asks to join a team and is taken in, and writes an idea; the office
// looks at its reports; a visitor reads a project in both languages without scripts. TAP on stdout.
import { strict as assert } from 'node:assert';
import { resolve } from 'node:path';
import { CHROMIUM, run, STILL, tap, tools, until } from './kit.mjs';
import { start } from './program.mjs';

const [hanse, modules] = process.argv.slice(2).map(path => resolve(path));
const { chromium } = tools(modules);
const report = tap();
const city = await start(hanse);
const { base } = city;
const NAME = 'Seilwerk am Kai GmbH';
const REP = 'ragna@seilwerk.example';
const COLLEAGUE = 'mitglied@lindhafen.example';
const TEAM = '/teams/expertenteam-energie';
const people = {}; // by address: their page
let organisation;

/** Somebody's page; an empty address is a visitor. */
async function as(browser, mail, password = 'lindhafen') {
    if (people[mail]) return people[mail];
    const context = await browser.newContext(STILL);
    const page = people[mail] = await context.newPage();
    page.setDefaultTimeout(20000);
    if (mail) {
        await page.goto(`${base}/anmelden`);
        await page.fill('#mail', mail);
        await page.fill('#password', password);
        await send(page);
    }
    return page;
}

/** Sends the page's form and waits for where it leads. */
async function send(page, button = 'main .h-form button[type=submit]') {
    await Promise.all([page.waitForNavigation(), page.locator(button).first().click()]);
    const errors = page.locator('main [data-focus] li');
    if (await errors.count()) assert.fail(`refused: ${await errors.allTextContents()}`);
}

const press = (page, label) => send(page, `main button:has-text("${label}")`);

/** Opens the newest mail to an address whose subject has these words. */
async function readMail(page, to, words) {
    await until(`a mail to ${to}`, async () => {
        await page.goto(`${base}/demo/mails?an=${encodeURIComponent(to)}`);
        const link = page.locator('main tr', { hasText: to }).locator('a', { hasText: words });
        if (!await link.count()) return false;
        await Promise.all([page.waitForNavigation(), link.first().click()]);
        return true;
    });
}

const tests = {
    async 'a visitor applies for partnership and confirms by mail'(browser) {
        const page = await as(browser, '');
        await page.goto(`${base}/partner-werden`);
        await page.fill('#title', NAME);
        await page.selectOption('#kind', { index: 1 });
        await page.fill('#offers', 'Seile für Kräne und Segel');
        await page.fill('#person_name', 'Ragna Seiler');
        await page.fill('#email', REP);
        for (const box of await page.locator('main input[type=checkbox]:not([name=topics])').all())
            await box.check();
        await page.waitForTimeout(4000); // who is faster than people is looked at twice
        await send(page);
        await readMail(page, REP, 'bestätigen');
        await Promise.all([page.waitForNavigation(),
            page.locator('main a[href*="bestaetigen"]').click()]);
        await send(page, 'main form button[type=submit]');
        assert.match(page.url(), /eingegangen$/);
    },
    async 'the office looks at it and accepts'(browser) {
        const page = await as(browser, 'buero@lindhafen.example');
        await page.goto(`${base}/buero/eingang`);
        await Promise.all([page.waitForNavigation(), page.click(`main >> text=${NAME}`)]);
        organisation = new URL(page.url()).pathname;
        await press(page, 'Prüfung beginnen');
        await press(page, 'Aufnehmen');
        const visitor = await as(browser, '');
        const answer = await visitor.goto(base + organisation);
        assert.equal(answer.status(), 200);
    },
    async 'the representative sets a password and invites a colleague'(browser) {
        const page = await as(browser, '');
        await readMail(page, REP, NAME);
        await Promise.all([page.waitForNavigation(),
            page.locator('main a[href*="einladung"]').click()]);
        await page.fill('#password', 'ein Passwort aus vielen Wörtern');
        await press(page, 'Annehmen');
        const rep = await as(browser, REP, 'ein Passwort aus vielen Wörtern');
        await rep.goto(`${base}${organisation}/personen`);
        await rep.fill('main input[type=email]', COLLEAGUE);
        await send(rep);
        const member = await as(browser, COLLEAGUE);
        await member.goto(`${base}/mein/einladungen`);
        await press(member, 'Annehmen');
        await member.goto(`${base}/mein`);
        await member.waitForSelector(`main >> text=${NAME}`);
    },
    async 'the colleague asks to join a team, and its lead takes her in'(browser) {
        const member = await as(browser, COLLEAGUE);
        await member.goto(`${base}${TEAM}/mitmachen`);
        await member.fill('main textarea', 'Wir haben Seile für Laternen, die im Wind stehen.');
        await send(member);
        const lead = await as(browser, 'team@lindhafen.example');
        await lead.goto(`${base}${TEAM}/mitglieder`);
        await Promise.all([lead.waitForNavigation(),
            lead.locator('main a[href*="/sitze/"]', { hasText: 'Nele' }).first().click()]);
        await press(lead, 'Aufnehmen');
        await member.goto(`${base}/mein`);
        await member.waitForSelector('main >> text=Expertenteam Energie');
    },
    async 'the colleague writes an idea, publishes it, and it is talked about'(browser) {
        const member = await as(browser, COLLEAGUE);
        await member.goto(`${base}/ideen/neu`);
        await member.fill('#title', 'Laternen an Seilen über der Kaistraße');
        await member.fill('#lead', 'Kein Mast im Weg, und das Licht ist in der Mitte.');
        await send(member);
        const idea = `${base}/ideen/laternen-an-seilen-ueber-der-kaistrasse`;
        const visitor = await as(browser, '');
        assert.equal((await visitor.goto(idea)).status(), 404); // a draft is nobody else's
        await member.goto(idea);
        await press(member, 'Veröffentlichen');
        assert.equal((await visitor.goto(idea)).status(), 200);
    },
    async 'the office opens a reporting round'(browser) {
        const page = await as(browser, 'buero@lindhafen.example');
        await page.goto(`${base}/buero/berichte`);
        assert.ok(await page.locator('main h1').textContent());
    },
    async 'a visitor reads a project in both languages without scripts'(browser) {
        const context = await browser.newContext({ ...STILL, javaScriptEnabled: false });
        const page = await context.newPage();
        await page.goto(`${base}/projekte`);
        const link = page.locator('main article a, main h3 a').first();
        const title = (await link.textContent()).trim();
        await Promise.all([page.waitForNavigation(), link.click()]);
        assert.equal((await page.locator('h1').textContent()).trim(), title);
        await page.goto(page.url().replace(base, `${base}/en`));
        assert.equal(await page.locator('html').getAttribute('lang'), 'en');
        assert.ok(await page.locator('h1').textContent());
        await context.close();
    },
};

const browser = await chromium.launch(CHROMIUM);
for (const [name, test] of Object.entries(tests))
    await run(report, name, () => test(browser));
await browser.close();
report.check('the program ends well', await city.stop() === 0 ? [] : ['it did not end with 0']);
report.done();
