// Every page there is: where it is, what it weighs like, and as whom it is looked at. A page route
// of src/app/routes.def that has neither a row here nor a reason why not is an error.
import { readFileSync } from 'node:fs';
import { until } from './kit.mjs';
import { oneOf, things } from './program.mjs';
import { ADMIN, EDITOR, LEAD, MEMBER, NEWCOMER, OFFICE, OPERATOR, ORGANISATION, PARTNER, TEAM,
    TALKED_OF, FIRST_IDEA, scene } from './scene.mjs';
import { visitor } from './visitor.mjs';

const ROUTES = new URL('../../src/app/routes.def', import.meta.url);

// Pages that no row looks at, and why.
const EXEMPT = {
    '/beitraege/{id}': 'leads to the page on which the post stands',
    '/anmelden/oidc/{name}': 'leads to a login provider; program_oidc walks there',
    '/en/anmelden/oidc/{name}': 'the same',
    '/anmelden/oidc/{name}/zurueck': 'leads on; program_oidc comes back by it',
    '/abmelden-von/{secret}': 'its links stand in the heads of mails; program_notices opens one',
    '/dateien/{id}/{name}': 'a file, not a page',
};

// Addresses of data: CSV, GeoJSON, calendars.
const FILE = /\.(atom|csv|geojson|ics|vcf|json|txt|ico)$/;

/* name: [address, kind of budget, what it needs]. What it needs: as whom one is logged in; status;
 * whole: every language, width and state of our scripts is looked at, not only those that no other
 * row of its make has; wrong: a login that is refused comes first. */
async function city(base) {
    let all = []; // whether a thing is stuck or silent is known some time after the start
    await until('a thing of each state', async () => {
        all = await things(base);
        return ['ok', 'warning', 'no-signal'].every(state => all.some(t => t.state === state));
    }, 120000);
    const thing = (state, type) => decodeURIComponent(oneOf(all, state, type).href);
    const text = await (await fetch(`${base}/stadt`)).text();
    const slugs = [...text.matchAll(/<h3>.*?href="\/stadt\/kennzahlen\/([^"]+)"/gs)];
    return {
        home: ['/', 'plain', { whole: true }],
        city: ['/stadt', 'plain', { whole: true }],
        map: ['/stadt/karte', 'map', { whole: true }],
        'map-parking': ['/stadt/karte?thema=parken', 'map'],
        data: ['/stadt/daten', 'plain', { whole: true }],
        'data-2': ['/stadt/daten?seite=2', 'plain'],
        'car-park': [thing('ok', 'OffStreetParking'), 'chart', { whole: true }],
        'car-park-week': [`${thing('ok', 'OffStreetParking')}?zeit=woche`, 'chart'],
        air: [thing('ok', 'AirQualityObserved'), 'chart'],
        stuck: [thing('warning'), 'chart'],
        silent: [thing('no-signal'), 'chart'],
        indicator: ['/stadt/daten/urn:ngsi-ld:KeyPerformanceIndicator:road.volume', 'chart'],
        ...Object.fromEntries(slugs.map(([, slug], i) => [`figure-${slug}`,
            [`/stadt/kennzahlen/${slug}`, 'chart', { whole: i === 0 }]])),
        imprint: ['/impressum', 'plain'],
        privacy: ['/datenschutz', 'plain'],
        accessibility: ['/barrierefreiheit', 'plain'],
        style: ['/stil', 'map', { whole: true }],
        'not-found': ['/gibt-es-nicht', 'plain', { status: 404 }],
    };
}

function accounts(made) {
    return {
        login: ['/anmelden', 'plain', { whole: true }],
        'login-wrong': ['/anmelden', 'plain', { wrong: true }],
        'sign-up': ['/registrieren', 'plain'],
        'sign-up-sent': ['/registrieren/gesendet', 'plain'],
        'sign-up-confirm': [made.signUpConfirm, 'plain'],
        terms: ['/nutzungsbedingungen', 'plain'],
        'password-ask': ['/passwort-vergessen', 'plain'],
        'password-sent': ['/passwort-vergessen/gesendet', 'plain'],
        'password-new': [made.passwordNew, 'plain'],
        account: ['/konto', 'plain', { as: OPERATOR, whole: true }],
        profile: ['/konto/profil', 'plain', { as: MEMBER }],
        address: ['/konto/adresse', 'plain', { as: MEMBER }],
        'address-sent': ['/konto/adresse/gesendet', 'plain', { as: MEMBER }],
        'address-confirm': [made.addressConfirm, 'plain'],
        'address-confirmed': ['/adresse-bestaetigt', 'plain'],
        paces: ['/konto/benachrichtigungen', 'plain', { as: MEMBER }],
        notices: ['/mein/hinweise', 'plain', { as: NEWCOMER }],
        'notices-none': ['/mein/hinweise', 'plain', { as: ADMIN }],
        'identity-link': ['/konto/verknuepfen', 'plain', { as: MEMBER }],
        followed: ['/mein/folgen', 'plain', { as: PARTNER }],
        'followed-none': ['/mein/folgen', 'plain', { as: ADMIN }],
        follow: [made.follow, 'plain', { as: MEMBER }],
        'own-data': ['/konto/daten', 'plain', { as: MEMBER }],
        leave: ['/konto/beenden', 'plain', { as: MEMBER }],
        left: ['/konto/beendet', 'plain'],
        'leave-needed': ['/konto/beenden', 'plain', { as: LEAD }],
        'person-erase': [`${made.person}/loeschen`, 'plain', { as: ADMIN }],
        mine: ['/mein', 'plain', { as: LEAD, whole: true }],
        'mine-new': ['/mein', 'plain', { as: ADMIN }],
        'own-tasks': ['/mein/aufgaben', 'plain', { as: LEAD }],
        'own-tasks-none': ['/mein/aufgaben', 'plain', { as: MEMBER }],
        persons: ['/buero/personen', 'plain', { as: ADMIN }],
        person: [made.person, 'plain', { as: ADMIN }],
        'demo-mails': ['/demo/mails', 'plain'],
        'demo-mail': [made.mail, 'plain'],
    };
}

function partners(made) {
    const one = ORGANISATION;
    return {
        partners: ['/partner', 'plain', { whole: true }],
        'partners-2': ['/partner?seite=2', 'plain'],
        'partners-map': ['/partner?ansicht=karte&art=science', 'map'],
        'partners-none': ['/partner?suche=gibtesnicht', 'plain'],
        partner: [one, 'plain', { whole: true }],
        'partner-office': [one, 'plain', { as: OFFICE }],
        'partner-edit': [`${one}/bearbeiten`, 'plain', { as: OFFICE }],
        'partner-people': [`${one}/personen`, 'plain', { as: OFFICE }],
        'partner-contribution': [`${one}/beitrag`, 'plain', { as: OFFICE }],
        'partner-step': [`${one}/schritt?verb=pause`, 'plain', { as: OFFICE }],
        application: ['/partner-werden', 'plain', { whole: true }],
        'application-sent': ['/partner-werden/gesendet', 'plain'],
        'application-confirm': [made.applicationConfirm, 'plain'],
        'application-received': ['/partner-werden/eingegangen', 'plain'],
        invitation: [made.invitation, 'plain'],
        'invitation-wrong': ['/einladung', 'plain'],
        invitations: ['/mein/einladungen', 'plain', { as: OFFICE }],
        contact: ['/kontakt', 'plain', { whole: true }],
        'contact-sent': ['/kontakt/gesendet?nummer=2026-0001', 'plain'],
        barrier: ['/barriere-melden', 'plain'],
        illegal: ['/inhalt-melden', 'plain'],
        interest: ['/interessiert', 'plain'],
        'interest-in': ['/interessiert/stand?schritt=dabei', 'plain'],
        'interest-confirm': [made.interestConfirm, 'plain'],
        'interest-end': ['/interessiert/beenden', 'plain'],
    };
}

function office(made) {
    const as = OFFICE;
    return {
        office: ['/buero', 'plain', { as, whole: true }],
        'office-denied': ['/buero', 'plain', { as: MEMBER, status: 403 }],
        inbox: ['/buero/eingang', 'plain', { as, whole: true }],
        enquiries: ['/buero/anfragen', 'plain', { as }],
        enquiry: [made.enquiry, 'plain', { as }],
        news: ['/buero/interessierte', 'plain', { as }],
        organisations: ['/buero/partner', 'plain', { as, whole: true }],
        'organisation-import': ['/buero/partner/einlesen', 'plain', { as }],
        'organisation-new': ['/buero/partner/neu', 'plain', { as }],
        moderation: ['/buero/moderation', 'plain', { as: EDITOR, whole: true }],
        rulings: ['/buero/moderation/entscheidungen', 'plain', { as: EDITOR }],
        'idea-moderate': [made.ideaModerate, 'plain', { as: EDITOR }],
        'account-moderate': [made.accountModerate, 'plain', { as: EDITOR }],
        rounds: ['/buero/berichte', 'plain', { as }],
        round: [made.round, 'plain', { as, whole: true }],
        'report-question': [made.question, 'plain', { as }],
        'report-council': [`${made.round}/rat`, 'plain', { as, whole: true }],
        'report-giver': [made.giver, 'plain', { as }],
    };
}

function ideas(made) {
    const { idea, own, post, talk } = made;
    return {
        ideas: ['/ideen', 'plain', { whole: true }],
        'ideas-2': ['/ideen?seite=2', 'plain'],
        'ideas-map': ['/ideen?ansicht=karte', 'map'],
        'ideas-none': ['/ideen?suche=gibtesnicht', 'plain'],
        'idea-new': ['/ideen/neu', 'plain', { as: MEMBER, whole: true }],
        idea: [idea, 'plain', { whole: true }],
        'idea-office': [idea, 'plain', { as: OFFICE }],
        'idea-accepted': [made.accepted, 'plain'],
        'idea-talked-of': [TALKED_OF, 'plain'],
        'ideas-like': ['/ideen/aehnlich?titel=Fahrradparkhaus+am+Bahnhof', 'plain', { as: MEMBER }],
        'ideas-like-none': ['/ideen/aehnlich?titel=Quitzgrumbel', 'plain', { as: MEMBER }],
        'ideas-import': ['/buero/ideen/einlesen', 'plain', { as: OFFICE }],
        'idea-own': [own, 'plain', { as: LEAD }],
        'idea-edit': [`${own}/bearbeiten`, 'plain', { as: LEAD }],
        'idea-step': [`${own}/schritt?verb=withdraw`, 'plain', { as: LEAD }],
        'idea-support': [`${idea}/unterstuetzen`, 'plain', { as: PARTNER }],
        'idea-answer': [`${idea}/antwort`, 'plain', { as: OFFICE }],
        'idea-answer-preview': [made.preview, 'plain', { as: OFFICE }],
        'idea-assign': [`${idea}/zuweisen`, 'plain', { as: OFFICE }],
        'idea-project': [`${made.accepted}/projekt`, 'plain', { as: OFFICE }],
        'idea-flag': [`${idea}/melden`, 'plain', { as: MEMBER }],
        'flag-thanks': ['/meldung-erhalten', 'plain', { as: MEMBER }],
        files: [made.files, 'plain', { as: LEAD }],
        file: [made.file, 'plain', { as: LEAD }],
        discussion: [made.longTalk, 'plain', { as: MEMBER, whole: true }],
        'discussion-close': [`${talk}/schliessen`, 'plain', { as: OFFICE }],
        'post-reply': [`${post}/antworten`, 'plain', { as: MEMBER }],
        'post-edit': [`${post}/bearbeiten`, 'plain', { as: PARTNER }],
        'post-erase': [`${post}/loeschen`, 'plain', { as: PARTNER }],
        'post-versions': [`${post}/fassungen`, 'plain', { as: MEMBER }],
        'post-flag': [`${post}/melden`, 'plain', { as: MEMBER }],
        'post-moderate': [`${post}/moderation`, 'plain', { as: EDITOR }],
        search: ['/suche?q=hafen', 'plain', { whole: true }],
        'search-2': ['/suche?q=hafen&seite=2', 'plain'],
        'search-none': ['/suche?q=gibtesnicht', 'plain'],
        'search-empty': ['/suche', 'plain'],
    };
}

function projects(made) {
    const one = made.project, as = PARTNER;
    const work = ['bearbeiten', 'meilensteine', 'geld', 'risiken', 'partner', 'verweise',
        'ergebnis', 'menschen', 'bericht'];
    return {
        projects: ['/projekte', 'plain', { whole: true }],
        'projects-board': ['/projekte?ansicht=tafel', 'plain', { whole: true }],
        'projects-time': ['/projekte?ansicht=zeit', 'plain', { whole: true }],
        'projects-map': ['/projekte?ansicht=karte', 'map', { whole: true }],
        'projects-none': ['/projekte?suche=gibtesnicht', 'plain'],
        'project-new': ['/projekte/neu', 'plain', { as: MEMBER }],
        project: [one, 'plain', { whole: true }],
        'project-lead': [one, 'plain', { as, whole: true }],
        'project-office': [one, 'plain', { as: OFFICE }],
        ...Object.fromEntries(work.map(page => [`project-${page}`,
            [`${one}/${page}`, 'plain', { as }]])),
        'project-light': [`${one}/ampel`, 'plain', { as }],
        'project-join': [`${one}/mitarbeiten`, 'plain', { as: MEMBER }],
        'project-step': [`${one}/schritt?verb=hold`, 'plain', { as }],
        'report-link': [made.reportLink, 'plain'],
        'report-thanks': ['/bericht/eingegangen', 'plain'],
    };
}

function teams(made) {
    const as = LEAD;
    return {
        teams: ['/teams', 'plain', { whole: true }],
        'team-new': ['/teams/neu', 'plain', { as: OFFICE }],
        team: [TEAM, 'plain', { whole: true }],
        'team-lead': [TEAM, 'plain', { as }],
        'team-members': [`${TEAM}/mitglieder`, 'plain'],
        'team-members-lead': [`${TEAM}/mitglieder`, 'plain', { as }],
        'team-projects': [`${TEAM}/projekte`, 'plain'],
        'team-edit': [`${TEAM}/bearbeiten`, 'plain', { as }],
        'team-step': [`${TEAM}/schritt?verb=rest`, 'plain', { as }],
        'team-join': [`${TEAM}/mitmachen`, 'plain', { as: MEMBER }],
        'team-invite': [`${TEAM}/einladen`, 'plain', { as }],
        seat: [made.seat, 'plain', { as }],
        'team-meetings': [`${TEAM}/sitzungen`, 'plain', { as }],
        'meeting-new': [`${TEAM}/sitzungen/neu`, 'plain', { as, whole: true }],
        'team-calendar': [`${TEAM}/kalender`, 'plain', { as: MEMBER }],
        'team-tasks': [`${TEAM}/aufgaben`, 'plain', { as }],
        'task-new': [`${TEAM}/aufgaben/neu`, 'plain', { as }],
        task: [made.task, 'plain', { as }],
        meeting: [made.meeting, 'plain'],
        'meeting-lead': [made.meeting, 'plain', { as, whole: true }],
        'meeting-edit': [`${made.meeting}/bearbeiten`, 'plain', { as }],
        'meeting-step': [`${made.meeting}/schritt?verb=cancel`, 'plain', { as }],
        'meeting-held': [made.minutes, 'plain', { as }],
        minutes: [`${made.minutes}/protokoll`, 'plain', { as, whole: true }],
        'minutes-publish': [`${made.approved}/veroeffentlichen`, 'plain', { as }],
        attendance: [`${made.minutes}/teilnahme`, 'plain', { as }],
        decision: [`${made.minutes}/beschluesse/neu`, 'plain', { as }],
        strategy: ['/strategie', 'plain', { whole: true }],
        'strategy-office': ['/strategie', 'plain', { as: OFFICE }],
        'strategy-new': ['/strategie/neu', 'plain', { as: OFFICE }],
        'strategy-draft': [made.strategy, 'plain', { as: OFFICE }],
        'strategy-edit': [`${made.strategy}/bearbeiten`, 'plain', { as: OFFICE }],
        'strategy-step': [`${made.strategy}/schritt?verb=drop`, 'plain', { as: OFFICE }],
        'strategy-adopt': [`${made.strategy}/beschluss`, 'plain', { as: OFFICE }],
        'goal-new': [`${made.strategy}/ziele/neu`, 'plain', { as: OFFICE }],
        goal: [made.goalInForce, 'plain', { whole: true }],
        'goal-office': [made.goal, 'plain', { as: OFFICE }],
        'goal-edit': [`${made.goal}/bearbeiten`, 'plain', { as: OFFICE }],
        'goal-step': [`${made.goal}/schritt?verb=drop`, 'plain', { as: OFFICE }],
    };
}

/** Addresses that only a look at other pages tells. */
async function found(base) {
    const everybody = await visitor(base), lead = await visitor(base, LEAD);
    const editor = await visitor(base, EDITOR), admin = await visitor(base, ADMIN);
    const idea = await everybody.find('/ideen', FIRST_IDEA);
    const moderate = await editor.find(idea, /href="(\/buero\/moderation\/ideen\/\d+)"/);
    return {
        idea,
        follow: await everybody.find(idea, /href="[^"]*(\/folgen\/\d+)"/),
        person: await admin.find('/buero/personen', /href="(\/buero\/personen\/\d+)"/),
        seat: await lead.find(`${TEAM}/mitglieder`, /href="(\/teams\/[^"]*\/sitze\/\d+)"/),
        goalInForce: await everybody.find('/strategie', /href="(\/ziele\/[^"]+)"/),
        ideaModerate: moderate,
        accountModerate: await editor.find(moderate, /href="(\/buero\/moderation\/konten\/\d+)"/),
    };
}

export async function rows(base) {
    const made = { ...await found(base), ...await scene(base) };
    return { ...await city(base), ...accounts(made), ...partners(made), ...office(made),
        ...ideas(made), ...projects(made), ...teams(made) };
}

function routes() {
    const text = readFileSync(ROUTES, 'utf8');
    const all = [...text.matchAll(/^(?:PAGE|DOWNLOAD|OUTWARD)\("([^"]+)"/gm)].map(m => m[1]);
    return all.filter(path => !FILE.test(path));
}

const slots = path => (path.match(/\{/g) ?? []).length;

/** Page routes without a row and without a reason, and reasons that are none any more. */
export function unseen(pages) {
    const lost = Object.keys(pages).filter(name => !pages[name][0]);
    if (lost.length) return lost.map(name => `${name} has no address`);
    const paths = routes();
    const patterns = [...paths].sort((a, b) => slots(a) - slots(b)).map(path => [path,
        new RegExp(`^${path.replace(/\{[^}]*\}/g, '[^/]+')}$`)]);
    const seen = new Set(Object.values(pages).map(([address]) =>
        patterns.find(([, pattern]) => pattern.test(address.split('?')[0]))?.[0]));
    return [
        ...paths.filter(path => !seen.has(path) && !EXEMPT[path])
            .map(path => `${path} has neither a row nor a reason why not`),
        ...Object.keys(EXEMPT).filter(path => seen.has(path) || !paths.includes(path))
            .map(path => `${path} needs no reason`),
    ];
}
