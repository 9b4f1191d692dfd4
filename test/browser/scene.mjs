// What a city of some days has and the demo does not: things that wait, that are in the making, and
// links that came by mail. Made as people make them, and gives the addresses of the pages.
import { File } from 'node:buffer'; // Debian 12's Node has no global one
import { logIn } from './program.mjs';
import { visitor } from './visitor.mjs';

export const MEMBER = 'mitglied@lindhafen.example';
export const PARTNER = 'partner@lindhafen.example'; // represents one, leads a project
export const LEAD = 'team@lindhafen.example'; // leads the expert team below
export const EDITOR = 'redaktion@lindhafen.example';
export const OFFICE = 'buero@lindhafen.example';
export const OPERATOR = 'leitung@lindhafen.example';
export const ADMIN = 'verwaltung@lindhafen.example';
export const NEWCOMER = 'wanda@neu.example'; // signed up a moment ago
export const TEAM = '/teams/expertenteam-energie';
export const ORGANISATION = '/partner/hochschule-lindhafen';

const PASSWORD = 'ein Passwort aus vielen Wörtern';
const HUMAN_MS = 3500; // who sends a form faster than this is looked at twice
const pause = ms => new Promise(next => setTimeout(next, ms));
const dayFrom = days => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);

/** Where a link of a mail leads, by a part of its path. */
function linkIn({ text }, part) {
    const found = new RegExp(`https?://[^/\\s"<]+(/[^\\s"<]*${part}[^\\s"<]*)`).exec(text);
    if (!found) throw new Error(`no link to ${part} in ${text.replace(/<[^>]*>/g, ' ')}`);
    return found[1];
}

async function newcomer(base) {
    const out = await visitor(base);
    await out.fill('/registrieren', { name: 'Wanda Harms', mail: NEWCOMER, password: PASSWORD,
        terms: '1' });
    const mail = await out.mailTo(NEWCOMER, '');
    await out.fill(linkIn(mail, 'bestaetigen'), { password: PASSWORD });
    await logIn(base, NEWCOMER, PASSWORD);
}

async function byMail(base) {
    const out = await visitor(base);
    const [enquiry, interest, application] = await Promise.all(['/kontakt', '/interessiert',
        '/partner-werden'].map(path => out.open(path)));
    const since = Date.now();
    await out.fill('/registrieren', { name: 'Enna Harms', mail: 'enna@neu.example',
        password: PASSWORD, terms: '1' });
    await newcomer(base);
    await out.fill('/passwort-vergessen', { mail: ADMIN });
    const operator = await visitor(base, OPERATOR);
    await operator.fill('/konto/adresse', { mail: 'jana@neu.example', password: 'lindhafen' });
    const office = await visitor(base, OFFICE);
    await office.fill(`${ORGANISATION}/personen`, { verb: 'invite', mail: 'gast@neu.example',
        role: 'colleague', title: '' });
    await pause(Math.max(0, HUMAN_MS - (Date.now() - since)));
    await out.send(enquiry, { subject: 'Bank vor dem Rathaus', message: 'Wann kommt sie?',
        name: 'Enna Harms', mail: 'enna@bank.example', consent: '1' });
    await out.send(interest, { mail: 'enna@bank.example', consent: '1' });
    await out.send(application, { title: 'Seilwerk am Kai GmbH', kind: 'company',
        person_name: 'Ragna Seiler', email: 'ragna@seilwerk.example', agreed: '1', consent: '1' });
    const mail = (to, words) => out.mailTo(to, words);
    return {
        signUpConfirm: linkIn(await mail('enna@neu.example', ''), 'bestaetigen'),
        passwordNew: linkIn(await mail(ADMIN, 'Passwort'), 'passwort-neu'),
        addressConfirm: linkIn(await mail('jana@neu.example', ''), 'adresse-bestaetigen'),
        invitation: linkIn(await mail('gast@neu.example', ''), 'einladung'),
        mail: (await mail('gast@neu.example', '')).path,
        interestConfirm: linkIn(await mail('enna@bank.example', 'bestätigen'), 'interessiert'),
        applicationConfirm: linkIn(await mail('ragna@seilwerk.example', ''), 'partner-werden'),
        enquiry: await office.find('/buero/anfragen', /href="(\/buero\/anfragen\/[\d-]+)"/),
    };
}

async function meetings(base) {
    const lead = await visitor(base, LEAD);
    const path = `${TEAM}/sitzungen/neu`;
    const agenda = { title_1: 'Begrüßung', speaker_1: 'Frauke Lorenzen', minutes_1: '10',
        title_2: 'Wärme aus dem Abwasser', minutes_2: '30' };
    const next = await lead.fill(path, { title: 'Sitzung im Winter', start: dayFrom(20),
        from: '17:00', end: '19:00', place: 'Rathaus', lead: 'Was im Winter geschah.',
        visibility: '0', ...agenda });
    await lead.fill(next, { verb: 'invite' }, `${next}/schritt`);
    const held = await lead.fill(path, { title: 'Sitzung im Herbst', start: dayFrom(-2),
        from: '17:00', end: '19:00', place: 'Rathaus', ...agenda });
    await lead.fill(held, { verb: 'hold' }, `${held}/schritt`);
    const approved = await lead.fill(path, { title: 'Sitzung im Sommer', start: dayFrom(-90),
        from: '17:00', end: '19:00', place: 'Rathaus', ...agenda });
    await lead.fill(approved, { verb: 'hold' }, `${approved}/schritt`);
    await lead.fill(`${approved}/protokoll`, { minutes: 'Der Sommer war warm.\n\nMehr nicht.' });
    await lead.fill(approved, { verb: 'approve' }, `${approved}/schritt`);
    await lead.fill(`${TEAM}/aufgaben/neu`, { title: 'Angebote einholen', due: dayFrom(9) });
    return { meeting: next, minutes: held, approved,
        task: await lead.find(`${TEAM}/aufgaben`, /href="(\/teams\/[^/"]+\/aufgaben\/\d+)"/) };
}

export const TALKED_OF = '/ideen/gerettete-broetchen-in-hoerne'; // by 150 posts
export const FIRST_IDEA = /href="(\/ideen\/(?!neu)[a-z0-9-]+)"/;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw' +
    'AAAABJRU5ErkJggg==';

/** Ideas: one that waits, one whose answer is written, one that was accepted; posts and files. */
async function ideas(base) {
    const office = await visitor(base, OFFICE), partner = await visitor(base, PARTNER);
    const lead = await visitor(base, LEAD);
    const [idea, drafted, accepted] = [...new Set([...(await office.read('/ideen'))
        .matchAll(new RegExp(FIRST_IDEA, 'g'))].map(m => m[1]))];
    const answer = { accepts: '1', body: 'Das machen wir im Frühjahr.', cost: '', period: '' };
    const preview = await office.fill(`${drafted}/antwort`, answer);
    await office.fill(await office.fill(`${accepted}/antwort`, answer),
        {}, await office.find(`${accepted}/antwort/vorschau`,
            /<form[^>]* action="([^"]*(?:veroeffentlichen|vorschau|schritt)[^"]*)"/));
    const own = await lead.find('/mein', FIRST_IDEA);
    const files = await lead.find(own, /href="(\/anhaenge\/\d+)"/);
    await lead.fill(files, { file: new File([Buffer.from(PNG, 'base64')], 'bild.png',
        { type: 'image/png' }), title: 'Ein Bild', alt: 'Ein Punkt', credit: 'Frauke Lorenzen' });
    const talk = files.replace('anhaenge', 'diskussion');
    await partner.fill(own, { body: 'Die Wärme reicht für das Hallenbad.' }, talk);
    const post = await partner.find(own, /href="(\/beitraege\/\d+)\/bearbeiten"/);
    await partner.fill(`${post}/bearbeiten`, { body: 'Die Wärme reicht für zwei Hallenbäder.' });
    const member = await visitor(base, MEMBER);
    await member.fill(`${post}/melden`, { ground: 'other',
        words: 'Das stimmt nicht.' });
    return { idea, preview, accepted, own, files, post, talk,
        longTalk: await member.find(TALKED_OF, /action="(\/diskussion\/\d+)"/),
        file: await lead.find(files, /href="(\/anhaenge\/\d+\/[^"]+)"/) };
}

/** A round of reports, a draft of a strategy: what the office has begun. */
async function begun(base) {
    const office = await visitor(base, OFFICE), partner = await visitor(base, PARTNER);
    const round = await office.fill('/buero/berichte', {});
    const project = await partner.find('/mein', /href="(\/projekte\/[a-z0-9-]+)"/);
    const reportLink = linkIn(await office.mailTo(PARTNER, 'Bitte berichten'), 'bericht');
    await partner.fill(`${project}/bericht`, { happened: 'Alle Fühler sind eingebaut.' });
    const strategy = await office.fill('/strategie/neu', { title: 'Lindhafen misst weiter',
        lead: 'Der Entwurf der zweiten Fassung.' });
    return { round, project, reportLink, strategy,
        goal: await office.find(strategy, /href="(\/ziele\/[^"]+)"/),
        giver: await office.find(round, /href="(\/buero\/berichte\/[^"]*foerdergeber[^"]*)"/),
        question: await office.find(`${round}?stand=submitted`,
            /href="(\/buero\/berichte\/[^"]*rueckfrage[^"]*)"/) };
}

export async function scene(base) {
    const parts = await Promise.all([byMail, meetings, ideas, begun].map(make => make(base)));
    return Object.assign({}, ...parts);
}
