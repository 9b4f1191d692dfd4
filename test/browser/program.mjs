// The real program with the demo city, in a temporary directory, on a port that the system picks.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/** hanse ARGUMENTS --data DIR --listen 127.0.0.1:0; stop() ends it and removes DIR. */
export async function start(hanse, ...parameters) {
    const folder = mkdtempSync(join(tmpdir(), 'hanse-browser-'));
    const child = spawn(hanse, [...parameters, '--data', folder, '--listen', '127.0.0.1:0'], {
        env,
    });
    const ended = new Promise(resolve => child.on('exit', resolve));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    const kill = () => child.kill('SIGKILL');
    process.on('exit', kill);
    try {
        const base = await started(child);
        return {
            base,
            folder,
            async stop() {
                child.kill('SIGTERM');
                const code = await ended;
                process.off('exit', kill);
                remove();
                return code;
            },
        };
    } catch (error) {
        kill();
        remove();
        throw error;
    }
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
