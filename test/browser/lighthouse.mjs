// Lighthouse on the pages that everybody sees: node lighthouse.mjs HANSE MODULES [NAME...]
//
// Accessibility, best practices and search are at 100 of 100 on each; the speed of some is told,
// and not judged, since it is the machine's too. As a phone, in the Chromium that is there; nothing
// leaves the machine. TAP on stdout.
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CHROMIUM, run, tap, tools } from './kit.mjs';
import { start } from './program.mjs';
import { FIRST_IDEA, ORGANISATION, TEAM } from './scene.mjs';
import { visitor } from './visitor.mjs';

const [hanse, modules] = process.argv.slice(2).map(path => resolve(path));
// One of each make; all of them in ./check --long.
const FEW = ['home', 'map', 'idea', 'project', 'goal', 'sign-up'];
const named = process.argv.slice(4);
const chosen = named.length || process.env.HANSE_CHECK === 'long' ? named : FEW;
const { chromium } = tools(modules);
const { default: lighthouse } = await import(
    pathToFileURL(join(modules, 'lighthouse/core/index.js')));
const report = tap();
const began = performance.now();
const city = await start(hanse);
const everybody = await visitor(city.base);

const ASSERTED = ['accessibility', 'best-practices', 'seo'];
const project = await everybody.find('/projekte', /href="(\/projekte\/(?!neu)[a-z0-9-]+)"/);
const PAGES = {
    home: '/', 'home in English': '/en', city: '/stadt', map: '/stadt/karte?thema=parken',
    indicator: await everybody.find('/stadt', /href="(\/stadt\/kennzahlen\/[^"]+)"/),
    partners: '/partner', partner: ORGANISATION, ideas: '/ideen',
    idea: await everybody.find('/ideen', FIRST_IDEA), projects: '/projekte', project,
    'project in English': `/en${project}`, teams: '/teams', team: TEAM, strategy: '/strategie',
    goal: await everybody.find('/strategie', /href="(\/ziele\/[^"]+)"/), search: '/suche?q=hafen',
    contact: '/kontakt', 'sign-up': '/registrieren', imprint: '/impressum',
    privacy: '/datenschutz', accessibility: '/barrierefreiheit',
};

function freePort() {
    return new Promise((found, bad) => {
        const server = createServer().on('error', bad).listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => found(port));
        });
    });
}

const port = await freePort();
const browser = await chromium.launch({ ...CHROMIUM,
    args: [...CHROMIUM.args, `--remote-debugging-port=${port}`,
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'] });

// It waits for a quiet network and processor, which a busy machine does not have for long.
const OPTIONS = { port, logLevel: 'error', output: [], locale: 'en-US', maxWaitForLoad: 15000,
    pauseAfterFcpMs: 0, pauseAfterLoadMs: 0, networkQuietThresholdMs: 500, cpuQuietThresholdMs: 200,
    blockedUrlPatterns: ['*/sse?*'], // of live values, which never ends
    disableFullPageScreenshot: true, disableStorageReset: true };
const TRIES = 5; // a busy machine sometimes draws nothing in time
const TIMED = ['home', 'map', 'idea', 'project']; // to measure the speed takes longer

const of100 = category => Math.round((category.score ?? 0) * 100);

/** Audits that cost points, with the first places that they name. */
function lost({ categories, audits }, name) {
    return categories[name].auditRefs.filter(({ id, weight }) => weight > 0 &&
        audits[id].score !== null && audits[id].score < 1).map(({ id }) => `${id}: ` +
        `${audits[id].title}: ` + (audits[id].details?.items ?? []).slice(0, 3)
        .map(item => item.node?.snippet ?? item.source ?? JSON.stringify(item).slice(0, 200))
        .join(' | '));
}

function tellSpeed(name, { categories, audits }) {
    const times = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time',
        'cumulative-layout-shift'].map(id => `${id} ${audits[id].displayValue}`);
    report.note(`${name}: performance ${of100(categories.performance)}; ${times.join(', ')}`);
}

async function judge(name) {
    let lhr, timed;
    for (let i = 0; i < TRIES && (!lhr || lhr.runtimeError); i++) {
        timed = i === 0 && TIMED.includes(name); // what it records of the time may fail, too
        const onlyCategories = timed ? [...ASSERTED, 'performance'] : ASSERTED;
        ({ lhr } = await lighthouse(city.base + PAGES[name], { ...OPTIONS, onlyCategories }));
    }
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    if (timed) tellSpeed(name, lhr);
    const problems = ASSERTED.filter(id => lhr.categories[id].score !== 1).flatMap(id =>
        [`${id} ${of100(lhr.categories[id])} of 100`, ...lost(lhr, id)]);
    if (problems.length) throw new Error(problems.join('\n'));
}

for (const name of Object.keys(PAGES))
    if (!chosen.length || chosen.includes(name))
        await run(report, `Lighthouse has nothing to say about: ${name}`, () => judge(name));
await browser.close();
report.note(`${Math.round((performance.now() - began) / 1000)} s`);
report.check('the program ends well', await city.stop() === 0 ? [] : ['it did not end with 0']);
report.done();
