// Every button that makes something, pressed twice: node double.mjs HANSE MODULES ROWS
//
// Each form of src/app/routes.def is sent three times: twice at once, as a double click does, and
// once more when both are answered, as a reload does. All lead to the same page, which is there,
// and the store has the rows that one alone would have made. The most used are clicked twice in
// Chromium as well, with our scripts and without any. ROWS counts what is in the store. TAP on
// stdout.
import { File } from 'node:buffer'; // Debian 12's Node has no global one
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CHROMIUM, run, tap, tools, until } from './kit.mjs';
import { asCookie, logIn, start } from './program.mjs';
import { ADMIN, EDITOR, LEAD, MEMBER, OFFICE, ORGANISATION, PARTNER, TALKED_OF, TEAM }
    from './scene.mjs';
import { rows as pageRows } from './table.mjs';
import { visitor } from './visitor.mjs';

const [hanse, modules, rowsOf] = process.argv.slice(2).map(path => resolve(path));
const { chromium } = tools(modules);
const report = tap();
const began = performance.now();
const city = await start(hanse);
const { base } = city;
const pages = await pageRows(base);
const at = name => pages[name][0];
const dayFrom = days => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);
const PASSWORD = 'ein Passwort aus vielen Wörtern';
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD' +
    'hgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const MEETING = { start: dayFrom(40), from: '17:00', end: '19:00', place: 'Rathaus',
    title_1: 'Begrüßung', minutes_1: '10' };

/** A draft of an idea, for what only a draft can do. */
async function draft(title) {
    const member = await visitor(base, MEMBER);
    return member.fill('/ideen/neu', { title, lead: 'Kurz gesagt.' });
}

/** Published by somebody else than those who look at it here. */
async function published(title) {
    const member = await visitor(base, MEMBER), path = await draft(title);
    await member.fill(path, { verb: 'publish' }, `${path}/schritt`);
    return path;
}

/* What each form makes, by its route in routes.def; a function prepares it first. `as` sends it;
 * the form stands on the page `on`, has the text `having`, and posts to `to`, or to the `part`
 * below its page; `wait` ms, since who is fast is looked at twice; `makes` says how many more rows
 * of which tables there are afterwards. outbox: mails. */
const MAKES = {
    '/ideen/neu': { as: MEMBER, on: '/ideen/neu', values: { title: 'Zweimal geklickt',
        lead: 'Kurz.' }, makes: { item: 1 } },
    '/ideen/{slug}/schritt': async () => {
        const path = await draft('Zweimal veröffentlicht');
        return { as: MEMBER, on: path, to: `${path}/schritt`, values: { verb: 'publish' },
            makes: { item_version: 1 } };
    },
    '/ideen/{slug}/unterstuetzen': async () => ({ as: LEAD, on: await published('Zweimal gut'),
        having: 'name="set"', part: 'unterstuetzen', makes: { idea_support: 1 } }),
    '/ideen/{slug}/antwort': async () => ({ as: OFFICE, on: `${await published('Zwei Antworten')}` +
        '/antwort', values: { accepts: '1', body: 'Das machen wir.' }, makes: { idea_answer: 1 } }),
    '/ideen/{slug}/antwort/vorschau': () => ({ as: OFFICE, on: at('idea-answer-preview'),
        having: 'name="version"', makes: { item_version: 1, outbox: 1 } }),
    '/ideen/{slug}/projekt': () => ({ as: OFFICE, on: at('idea-project'),
        makes: { item: 1, project: 1 } }),
    '/ideen/{slug}/melden': () => ({ as: MEMBER, on: at('idea-flag'),
        values: { ground: 'other', words: 'Das stimmt nicht.' }, makes: { flag: 1, outbox: 2 } }),
    '/buero/ideen/einlesen': () => ({ as: OFFICE, on: '/buero/ideen/einlesen', values: { take: '1',
        columns: 'title,lead\nZweimal eingelesen,Kurz' }, makes: { item: 1 } }),
    '/buero/partner/einlesen': () => ({ as: OFFICE, on: '/buero/partner/einlesen', values: {
        take: '1', columns: 'name,kind\nZweimal GmbH,company' }, makes: { organisation: 1 } }),
    '/buero/partner/neu': () => ({ as: OFFICE, on: '/buero/partner/neu', values: {
        title: 'Doppelt gegründet e. V.', lead: 'Kurz.' }, makes: { organisation: 1 } }),
    '/diskussion/{id}': () => ({ as: MEMBER, on: TALKED_OF, to: at('discussion'),
        values: { body: 'Das steht hier einmal.' }, makes: { post: 1 } }),
    '/beitraege/{id}/antworten': () => ({ as: MEMBER, on: at('post-reply'),
        values: { body: 'Diese Antwort auch.' }, makes: { post: 1 } }),
    '/beitraege/{id}/melden': () => ({ as: LEAD, on: at('post-flag'),
        values: { ground: 'other', words: 'Nein.' }, makes: { flag: 1 } }),
    '/beitraege/{id}/bearbeiten': () => ({ as: PARTNER, on: at('post-edit'),
        values: { body: 'Die Wärme reicht für drei.' }, makes: { post_version: 1 } }),
    '/beitraege/{id}/moderation': () => ({ as: EDITOR, on: at('post-moderate'), values: {
        verb: 'keep', reason: 'Das darf stehen.' }, makes: { ruling: 1, outbox: 2 } }),
    '/folgen/{id}': () => ({ as: MEMBER, on: at('follow'), makes: { follow: 1 } }),
    '/interessiert': () => ({ values: { mail: 'zwei@klick.example', consent: '1' },
        on: '/interessiert', wait: 4000, makes: { interest: 1, outbox: 1 } }),
    '/interessiert/bestaetigen': () => ({ on: at('interest-confirm'),
        makes: { mail_address: 1 } }),
    '/partner-werden/bestaetigen': () => ({ on: at('application-confirm'),
        makes: { organisation: 1, outbox: 1 } }),
    '/einladung': () => ({ on: at('invitation'), having: 'name="password"', values: {
        name: 'Gesa Gast', password: PASSWORD }, makes: { person: 1 } }),
    '/partner/{slug}/personen': () => ({ as: OFFICE, on: `${ORGANISATION}/personen`,
        having: 'value="invite"', values: { mail: 'zweimal@gast.example', role: 'colleague' },
        makes: { invitation: 1, outbox: 1 } }),
    '/partner/{slug}/beitrag': () => ({ as: OFFICE, on: `${ORGANISATION}/beitrag`,
        having: 'name="what"', values: { kind: 'hours', amount: '3', date: dayFrom(-1),
            what: 'Rat' }, makes: { contribution: 1 } }),
    '/buero/anfragen/{id}': () => ({ as: OFFICE, on: at('enquiry'), having: 'name="note"',
        values: { note: 'Angerufen.' }, makes: { enquiry_note: 1 } }),
    '/buero/interessierte': () => ({ as: OFFICE, on: '/buero/interessierte', values: {
        subject: 'Neues', news: 'Es gibt Neues.', send: '1' }, makes: { outbox: 1 } }),
    '/buero/berichte/{runde}/rueckfrage': () => ({ as: OFFICE, on: at('report-question'),
        values: { question: 'Seit wann?' }, makes: { report_link: 1, outbox: 1 } }),
    '/projekte/{slug}/bericht': () => ({ as: PARTNER, on: at('project-bericht'),
        values: { happened: 'Mehr als zuvor.' }, makes: { item_version: 1 } }),
    '/bericht': () => ({ on: at('report-link'), values: { happened: 'Noch mehr.' },
        makes: { item_version: 1 } }),
    '/buero/berichte': async () => {
        const office = await visitor(base, OFFICE);
        await office.send(await office.open(at('round'), undefined, 'value="close"'));
        return { as: OFFICE, on: '/buero/berichte', values: { year: '2025', quarter: '3' },
            makes: { report_round: 1 } };
    },
    '/teams/neu': () => ({ as: OFFICE, on: '/teams/neu', values: { title: 'Doppelteam',
        kind: 'expert' }, makes: { body: 1 } }),
    '/teams/{slug}/mitmachen': () => ({ as: PARTNER, on: `${TEAM}/mitmachen`, values: {
        message: 'Ich baue Speicher.' }, makes: { seat: 1 } }),
    '/teams/{slug}/einladen': async () => {
        const office = await visitor(base, OFFICE);
        const team = await office.fill('/teams/neu', { title: 'Einladeteam', kind: 'other' });
        return { as: OFFICE, on: `${team}/einladen`, values: { mail: PARTNER, role: 'lead' },
            makes: { seat: 1, outbox: 1 } };
    },
    '/teams/{slug}/sitzungen/neu': () => ({ as: LEAD, on: `${TEAM}/sitzungen/neu`, values: {
        title: 'Doppelsitzung', ...MEETING }, makes: { meeting: 1, meeting_agenda: 1 } }),
    '/sitzungen/{slug}/bearbeiten': () => ({ as: LEAD, on: at('meeting-edit'), values: {
        title_4: 'Noch ein Punkt', minutes_4: '5' }, makes: { meeting_agenda: 1 } }),
    '/sitzungen/{slug}/beschluesse/{id}': () => ({ as: LEAD, on: at('decision'), values: {
        body: 'Wir tun es.', result: 'accepted' }, makes: { decision: 1 } }),
    '/teams/{slug}/aufgaben/{id}': () => ({ as: LEAD, on: `${TEAM}/aufgaben/neu`, values: {
        title: 'Zwei Angebote', due: dayFrom(8) }, makes: { task: 1 } }),
    '/projekte/{slug}/geld': () => ({ as: PARTNER, on: at('project-geld'), values: {
        giver_1: 'Land', programme_1: 'Klima', amount_1: '5000' }, makes: { funding: 1 } }),
    '/projekte/{slug}/verweise': () => ({ as: PARTNER, on: at('project-verweise'), values: {
        indicators: 'park.free' }, makes: { project_reference: 1 } }),
    '/strategie/{slug}/ziele/neu': () => ({ as: OFFICE, on: at('goal-new'), values: {
        title: 'Doppelt so viele Bäume', topics: '1' }, makes: { goal: 1 } }),
    '/strategie/neu': async () => { // there is one at a time
        const office = await visitor(base, OFFICE), old = at('strategy-draft');
        await office.fill(`${old}/schritt?verb=drop`, { verb: 'drop', reason: 'Zu früh.' });
        return { as: OFFICE, on: '/strategie/neu', values: { title: 'Doppelt hält besser' },
            makes: { strategy: 1 } };
    },
    '/anhaenge/{id}': () => ({ as: LEAD, on: at('files'), values: { title: 'Zwei Bilder',
        file: new File([PNG], 'zwei.png', { type: 'image/png' }), alt: 'Ein Punkt' },
    makes: { attachment: 1 } }),
    '/projekte/neu': () => ({ as: MEMBER, on: '/projekte/neu', values: { title: 'Doppelprojekt',
        lead: 'Kurz.' }, makes: { project: 1 } }),
    '/projekte/{slug}/mitarbeiten': () => ({ as: MEMBER, on: at('project-join'), values: {
        title: 'Elektrikerin' }, makes: { relation: 1 } }),
    '/projekte/{slug}/meilensteine': () => ({ as: PARTNER, on: at('project-meilensteine'),
        values: { title_4: 'Alles läuft', due_4: dayFrom(300) }, makes: { milestone: 1 } }),
    '/projekte/{slug}/risiken': () => ({ as: PARTNER, on: at('project-risiken'), values: {
        text_1: 'Frost', measure_1: 'Dämmen' }, makes: { risk: 1 } }),
    '/projekte/{slug}/ampel': () => ({ as: PARTNER, on: at('project-light'), values: {
        light: 'yellow', reason: 'Es fehlt ein Fühler.' }, makes: { project_light: 1 } }),
    '/registrieren': () => ({ on: '/registrieren', values: { name: 'Zwei Klick',
        mail: 'zwei@neu.example', password: PASSWORD, terms: '1' },
    makes: { sign_up: 1, outbox: 1 } }),
    '/registrieren/bestaetigen/{secret}': () => ({ on: at('sign-up-confirm'), values: {
        password: PASSWORD }, makes: { person: 1, session: 1 } }),
    '/buero/personen/{id}/rolle': () => ({ as: ADMIN, on: at('person'), part: 'rolle',
        having: 'value="office"', makes: { role_grant: 1 } }),
    '/passwort-vergessen': () => ({ on: '/passwort-vergessen', values: { mail: MEMBER },
        makes: { account_link: 1, outbox: 1 } }),
    '/passwort-neu/{secret}': () => ({ on: at('password-new'), values: { password: PASSWORD,
        again: PASSWORD }, makes: { audit: 2 } }),
    '/konto/adresse': () => ({ as: MEMBER, on: '/konto/adresse', values: {
        mail: 'nele@neu.example', password: 'lindhafen' }, makes: { account_link: 1 } }),
};

// Forms that make nothing, and why sending them twice does not matter.
const CHANGES = 'says how something shall be: said twice, it is so';
const STEPS = 'goes to a state, as /ideen/{slug}/schritt above: by the same code';
const ENDS = 'takes something away, which can be done once';
const CONTACT = 'the code and the form of /kontakt, which is clicked below';
const EXEMPT = {
    '/kontakt': 'clicked below; strangers may send ten forms at once',
    '/barriere-melden': CONTACT,
    '/inhalt-melden': CONTACT,
    '/partner-werden': 'clicked below',
    '/anmelden': 'clicked below; it makes a session, and nothing that people see',
    '/ideen/{slug}/bearbeiten': CHANGES,
    '/ideen/{slug}/zuweisen': CHANGES,
    '/interessiert/beenden': ENDS,
    '/buero/eingang': CHANGES,
    '/mein/einladungen': 'the code of /einladung',
    '/partner/{slug}/bearbeiten': CHANGES,
    '/partner/{slug}/schritt': STEPS,
    '/teams/{slug}/bearbeiten': CHANGES,
    '/teams/{slug}/schritt': STEPS,
    '/teams/{slug}/sitze/{id}': CHANGES,
    '/teams/{slug}/kalender': 'each time makes the address anew, and shows that one',
    '/mein/aufgaben/{id}': CHANGES,
    '/sitzungen/{slug}/schritt': STEPS,
    '/sitzungen/{slug}/antwort': CHANGES,
    '/sitzungen/{slug}/protokoll': CHANGES,
    '/sitzungen/{slug}/veroeffentlichen': STEPS,
    '/sitzungen/{slug}/teilnahme': CHANGES,
    '/strategie/{slug}/bearbeiten': CHANGES,
    '/strategie/{slug}/schritt': STEPS,
    '/strategie/{slug}/beschluss': STEPS,
    '/ziele/{slug}/bearbeiten': CHANGES,
    '/ziele/{slug}/schritt': STEPS,
    '/anhaenge/{id}/{name}': CHANGES,
    '/mein/folgen': ENDS,
    '/mein/hinweise': CHANGES,
    '/konto/benachrichtigungen': CHANGES,
    '/abmelden-von/{secret}': ENDS,
    '/konto/profil': CHANGES,
    '/konto/daten': 'makes a file that is the answer, and keeps nothing',
    '/konto/beenden': ENDS,
    '/konto/sitzungen': ENDS,
    '/konto/sitzung': ENDS,
    '/konto/passwort': CHANGES,
    '/konto/verknuepfen': 'program_oidc walks there, by way of a provider',
    '/konto/identitaet': ENDS,
    '/abmelden': ENDS,
    '/adresse-bestaetigen/{secret}': CHANGES,
    '/buero/personen/{id}': CHANGES,
    '/buero/personen/{id}/loeschen': ENDS,
    '/diskussion/{id}/schliessen': CHANGES,
    '/buero/moderation': 'the code of /beitraege/{id}/moderation, for many',
    '/buero/moderation/ideen/{id}': 'the same',
    '/buero/moderation/konten/{id}': 'the same',
    '/beitraege/{id}/loeschen': ENDS,
    '/projekte/{slug}/bearbeiten': CHANGES,
    '/projekte/{slug}/partner': CHANGES,
    '/projekte/{slug}/ergebnis': CHANGES,
    '/projekte/{slug}/menschen': CHANGES,
    '/projekte/{slug}/schritt': STEPS,
    '/buero/berichte/{runde}': CHANGES,
};

/** Routes of forms with neither a row nor a reason, and reasons that are none any more. */
function unsent() {
    const text = readFileSync(new URL('../../src/app/routes.def', import.meta.url), 'utf8');
    const routes = [...text.matchAll(/^(?:FORM|UPLOAD)\("([^"]+)"/gm)].map(m => m[1]);
    return [...routes.filter(route => !MAKES[route] === !EXEMPT[route])
        .map(route => `${route} needs either a row or a reason why not`),
    ...Object.keys({ ...MAKES, ...EXEMPT }).filter(route => !routes.includes(route))
        .map(route => `${route} is no form`)];
}

/** How many rows each table of the store has now. */
function stored() {
    const text = execFileSync(rowsOf, [join(city.folder, 'hanse.db')], { encoding: 'utf8' });
    return Object.fromEntries(text.trim().split('\n').map(line => line.split(' '))
        .map(([table, count]) => [table, Number(count)]));
}

/** Tables that did not grow by what `makes` says. */
function wrongGrowth(before, after, makes) {
    return Object.entries(makes).filter(([table, more]) =>
        after[table] - before[table] !== more).map(([table, more]) =>
        `${after[table] - before[table]} new rows of ${table} instead of ${more}`);
}

async function sentTwice(row) {
    const one = await visitor(base, row.as);
    const path = row.on.split('?')[0];
    const to = row.to ?? (row.part ? `${path}/${row.part}` : path);
    const form = await one.open(row.on, to, row.having);
    if (row.wait) await new Promise(next => setTimeout(next, row.wait));
    const before = stored();
    const answers = await Promise.all([one.post(form, row.values), one.post(form, row.values)]);
    answers.push(await one.post(form, row.values));
    const after = stored();
    if (answers[0].status !== 303)
        assert.fail(`${answers[0].status} ` + (/data-focus.*?<\/div>/s.exec(
            await answers[0].text())?.[0] ?? '').replace(/<[^>]*>/g, ' '));
    const leads = answers.map(answer => `${answer.status} ${answer.headers.get('location')}`);
    assert.deepEqual(leads, leads.map(() => leads[0]));
    assert.deepEqual(wrongGrowth(before, after, row.makes), []);
    await one.read(answers[0].headers.get('location').split('#')[0]);
}

// --- in the browser ---

/* What is clicked: who does it, on which page, what is typed (MARK is another word each time), and
 * the button, or a field in which Enter is pressed twice. The page where it leads says the word,
 * unless `lands` says where it is. Without scripts only those that are not `scripted`: the others
 * are the same form with other fields. */
const CLICKS = {
    'an idea': { as: MEMBER, on: '/ideen/neu', typed: { title: 'MARK am Kai', lead: 'Kurz.' },
        makes: { item: 1 } },
    'an idea, by Enter': { as: MEMBER, on: '/ideen/neu', typed: { title: 'MARK bei Nacht',
        lead: 'Kurz.' }, enter: '#title', makes: { item: 1 } },
    'a published idea': { as: MEMBER, on: mark => draft(`${mark} wird gezeigt`),
        button: 'button:has-text("Veröffentlichen")', makes: { item_version: 1 } },
    'a support': { scripted: true, as: LEAD, on: mark => published(`${mark} gefällt`),
        button: 'form[action$="/unterstuetzen"] button', makes: { idea_support: 1 } },
    'a follower': { as: LEAD, on: mark => published(`${mark} bleibt`),
        button: 'form[action*="/folgen/"] button', makes: { follow: 1 } },
    'a post': { as: LEAD, on: mark => published(`Gespräch über ${mark}`), typed: {
        body: 'Ja, MARK.' }, button: 'form[action*="/diskussion/"] button', makes: { post: 1 } },
    'a reply': { as: LEAD, on: () => at('post-reply'), typed: { body: 'Doch, MARK.' },
        lands: /#|\?/, makes: { post: 1 } },
    'a flag': { scripted: true, as: LEAD,
        on: async mark => `${await published(`${mark} stört`)}/melden`,
        checked: ['input[value=other]'], typed: { words: 'MARK' }, lands: /meldung-erhalten/,
        makes: { flag: 1 } },
    'a project': { scripted: true, as: MEMBER, on: '/projekte/neu',
        typed: { title: 'MARK im Bau', lead: 'Kurz.' }, makes: { project: 1 } },
    'a meeting': { scripted: true, as: LEAD, on: `${TEAM}/sitzungen/neu`,
        typed: { title: 'MARK wird beredet', ...MEETING },
        makes: { meeting: 1, meeting_agenda: 1 } },
    'a task, by Enter': { as: LEAD, on: `${TEAM}/aufgaben/neu`, typed: { due: dayFrom(9),
        title: 'MARK holen' }, enter: '#title', makes: { task: 1 } },
    'an organisation': { scripted: true, as: OFFICE, on: '/buero/partner/neu',
        typed: { title: 'MARK GmbH', lead: 'Kurz.' }, makes: { organisation: 1 } },
    'an enquiry': { on: '/kontakt', typed: { subject: 'MARK', message: 'Wann?', name: 'Enna',
        mail: 'enna@MARK.example' }, checked: ['#consent'], lands: /gesendet\?nummer=/,
    makes: { enquiry: 1, outbox: 1 } },
    'an application': { on: '/partner-werden', typed: { title: 'MARK AG', person_name: 'Enna',
        email: 'chefin@MARK.example' }, checked: ['#agreed', '#consent'],
    chosen: ['#kind', 'company'], lands: /partner-werden\/gesendet/,
    makes: { application: 1, outbox: 1 } },
    'a login': { on: '/anmelden?weiter=%2Fmein', typed: { mail: EDITOR, password: 'lindhafen' },
        lands: /\/mein$/, makes: {} },
};

async function clickedTwice(browser, scripts, row, mark) {
    const context = await browser.newContext({ javaScriptEnabled: scripts,
        reducedMotion: 'reduce' });
    try {
        if (row.as) await context.addCookies(asCookie(base, await logIn(base, row.as)));
        const page = await context.newPage();
        page.setDefaultTimeout(15000);
        // Without scripts it never hears that an element has come to rest.
        const now = { force: !scripts };
        const word = text => text.replace('MARK', mark);
        await page.goto(base + (typeof row.on === 'string' ? row.on : await row.on(mark)));
        for (const [name, text] of Object.entries(row.typed ?? {}))
            await page.locator(`main [name="${name}"]`).last().fill(word(text));
        for (const box of row.checked ?? []) await page.check(`main ${box}`, now);
        if (row.chosen) await page.selectOption(...row.chosen);
        const before = stored();
        let moves = 0;
        page.on('framenavigated', () => { moves++; });
        if (row.enter)
            await Promise.all([page.press(row.enter, 'Enter'), page.press(row.enter, 'Enter')]);
        else
            await page.locator(`main ${row.button ?? '.h-form button[type=submit]'}`).first()
                .dblclick(now);
        await until('the page where it leads', () => moves > 0);
        await page.waitForLoadState('networkidle');
        assert.deepEqual(wrongGrowth(before, stored(), row.makes), []);
        assert.equal(await page.locator('main [role=alert]').count(), 0, 'it led to an error');
        if (row.lands) assert.match(page.url(), row.lands);
        else if (row.typed || typeof row.on !== 'string')
            assert.ok((await page.locator('main').innerText()).includes(mark), 'what was made ' +
                `does not stand on ${page.url()}`);
    } finally {
        await context.close();
    }
}

const seconds = () => Math.round((performance.now() - began) / 1000);
report.check('every form has a row or a reason', unsent());
for (const [route, row] of Object.entries(MAKES))
    await run(report, `${route} sent twice makes one`, async () =>
        sentTwice(typeof row === 'function' ? await row() : row));
report.note(`${seconds()} s: all forms were sent`);
const browser = await chromium.launch(CHROMIUM);
let count = 0;
for (const scripts of [true, false])
    for (const [what, row] of Object.entries(CLICKS).filter(([, r]) => scripts || !r.scripted))
        await run(report, `two clicks make ${what}${scripts ? '' : ' without scripts'}`, () =>
            clickedTwice(browser, scripts, row, `Wort${++count}x`));
await browser.close();
report.note(`${seconds()} s: all buttons were clicked`);
report.check('the program ends well', await city.stop() === 0 ? [] : ['it did not end with 0']);
report.done();
