// The real program with the demo city, in a temporary directory, on a port that the system picks.
//
// Filling the city takes longer than most tests: the first test that needs one keeps it in the
// build folder, and the others begin with a copy. A city is filled anew for another program, and
// when it has grown old: its sensors would have been silent for too long.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync }
    from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Every change is rolled back once and applied again, as in test/program. */
const env = { ...process.env, HANSE_TEST_APPLY_TWICE: 'on' };

const STARTED_MS = 240000; // a demo is filled twice, on a busy machine

function started(child) {
    return new Promise((resolve, reject) => {
        let said = '';
        const timer = setTimeout(() => reject(new Error(`did not start:\n${said}`)), STARTED_MS);
        const hear = bytes => {
            said += bytes;
            const port = /started listen=\S+ port=(\d+)/.exec(said);
            if (!port) return;
            clearTimeout(timer);
            resolve(`http://127.0.0.1:${port[1]}`);
        };
        child.stdout.on('data', hear);
        child.stderr.on('data', hear);
        child.on('exit', code => reject(new Error(`ended with ${code}:\n${said}`)));
    });
}

const FRESH_MS = 60 * 60 * 1000;

function age_ms(folder) {
    try {
        return Date.now() - statSync(folder).mtimeMs;
    } catch {
        return Infinity;
    }
}

/** The folder of a city that was filled by this very program and has ended well. */
async function filled(hanse) {
    const { size, mtimeMs } = statSync(hanse);
    const all = join(dirname(hanse), 'test', 'browser', 'demo');
    const kept = join(all, `${size}-${Math.round(mtimeMs)}`);
    if (age_ms(kept) < FRESH_MS) return kept;
    mkdirSync(all, { recursive: true });
    for (const name of readdirSync(all))
        if (age_ms(join(all, name)) >= FRESH_MS)
            rmSync(join(all, name), { recursive: true, force: true });
    const folder = mkdtempSync(join(all, 'new-'));
    const city = await serve(hanse, ['demo', '--demo-recent'], folder);
    if (await city.end() !== 0) throw new Error('the demo city was filled, but ended badly');
    try {
        renameSync(folder, kept);
    } catch { // another test was faster
        rmSync(folder, { recursive: true, force: true });
    }
    return kept;
}

async function serve(hanse, parameters, folder) {
    const child = spawn(hanse, [...parameters, '--data', folder, '--listen', '127.0.0.1:0'], {
        env,
    });
    const ended = new Promise(resolve => child.on('exit', resolve));
    const kill = () => child.kill('SIGKILL');
    process.on('exit', kill);
    const base = await started(child).catch(error => {
        kill();
        throw error;
    });
    return {
        base,
        async end() {
            child.kill('SIGTERM');
            const code = await ended;
            process.off('exit', kill);
            return code;
        },
    };
}

/** hanse demo OPTIONS --data DIR --listen 127.0.0.1:0; stop() ends it and removes DIR. */
export async function start(hanse, ...options) {
    const from = await filled(hanse);
    const folder = mkdtempSync(join(tmpdir(), 'hanse-browser-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    try {
        cpSync(from, folder, { recursive: true });
        const city = await serve(hanse, ['demo', '--demo-recent', ...options], folder);
        return {
            base: city.base,
            folder,
            async stop() {
                const code = await city.end();
                remove();
                return code;
            },
        };
    } catch (error) {
        remove();
        throw error;
    }
}

const sessions = new Map();

/** A session's cookie, as "name=value": one for all who log in with this address, because an
 * address has few tries a minute. */
export function logIn(base, mail, password = 'lindhafen') {
    const key = `${base} ${mail}`;
    if (!sessions.has(key)) sessions.set(key, newSession(base, mail, password));
    return sessions.get(key);
}

async function newSession(base, mail, password) {
    const answer = await fetch(`${base}/anmelden`, { method: 'POST', redirect: 'manual',
        body: new URLSearchParams({ mail, password }) });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    if (answer.status !== 303 || !cookie)
        throw new Error(`cannot log in as ${mail}: status ${answer.status}`);
    return cookie;
}

/** What a context needs to be in this session. */
export function asCookie(base, session) {
    const [name, value] = session.split(/=(.*)/s);
    return [{ name, value, url: base }];
}

/** Everything that stands on the map: id, type, state and the address of its page. */
export async function things(base) {
    const answer = await fetch(`${base}/stadt/karte/objekte.geojson`);
    const { features } = await answer.json();
    return features.map(({ id, properties }) => ({ id, type: id.split(':')[2], ...properties }));
}

/** One thing of a state: every city of the demo has them, though not always the same ones. */
export function oneOf(list, state, type) {
    const found = list.find(thing => thing.state === state && (!type || thing.type === type));
    if (!found) throw new Error(`no ${type ?? 'thing'} is ${state}`);
    return found;
}

/** Sends a value the way a device does: NGSI-LD, a part of one entity. */
export async function sendValue(base, id, attribute, value) {
    const answer = await fetch(`${base}/ngsi-ld/v1/entities/${encodeURIComponent(id)}/attrs`, {
        method: 'PATCH', headers: { 'Content-Type': 'application/ld+json' },
        body: JSON.stringify({ [attribute]: { type: 'Property', value,
            observedAt: new Date().toISOString() },
        '@context': 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld' }) });
    if (answer.status !== 204)
        throw new Error(`PATCH of ${id}: ${answer.status} ${await answer.text()}`);
}
