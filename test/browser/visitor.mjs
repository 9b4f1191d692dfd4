// Somebody who reads and fills in the program's pages without a browser: fast, and enough to make
// what a test wants to look at.
import { logIn } from './program.mjs';

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const plain = text => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name]);

function attributes(tag) {
    const all = {};
    for (const [, name, value] of tag.matchAll(/\s([a-z-]+)(?:="([^"]*)")?/g))
        all[name] = plain(value ?? '');
    return all;
}

/** What a browser would send of this form, with nothing filled in. */
function fieldsOf(form) {
    const fields = [];
    for (const [tag] of form.matchAll(/<input\s[^>]*>/g)) {
        const { type = 'text', name, value = 'on', checked } = attributes(tag);
        if (!name || type === 'file') continue;
        if (!/radio|checkbox/.test(type) || checked !== undefined) fields.push([name, value]);
    }
    for (const [, tag, text] of form.matchAll(/<textarea(\s[^>]*)>([^<]*)</g))
        fields.push([attributes(tag).name, plain(text)]);
    for (const [, tag, inner] of form.matchAll(/<select(\s[^>]*)>(.*?)<\/select>/gs)) {
        const options = [...inner.matchAll(/<option(\s[^>]*)>/g)].map(m => attributes(m[1]));
        const chosen = options.find(o => o.selected !== undefined) ?? options[0];
        if (chosen) fields.push([attributes(tag).name, chosen.value]);
    }
    return fields;
}

export async function visitor(base, mail) {
    const session = mail ? await logIn(base, mail) : undefined;
    const headers = session ? { Cookie: session } : {};
    return {
        /** The text of a page that must be there. */
        async read(path) {
            const answer = await fetch(base + path, { headers });
            if (answer.status !== 200)
                throw new Error(`${path} as ${mail ?? 'a visitor'}: status ${answer.status}`);
            return answer.text();
        },
        /** What stands in the parentheses of the first match on a page. */
        async find(path, pattern) {
            const found = pattern.exec(await this.read(path));
            if (!found) throw new Error(`nothing on ${path} is like ${pattern}`);
            return plain(found[1] ?? found[0]);
        },
        /** The form on a page that posts to ACTION and has this in its text, for send(). */
        async open(path, action = path.split('?')[0], having = '') {
            const forms = (await this.read(path)).match(/<form\s.*?<\/form>/gs) ?? [];
            const form = forms.find(f => f.includes(having) &&
                attributes(f.match(/<form\s[^>]*>/)[0]).action === action);
            if (!form) throw new Error(`no form on ${path} posts to ${action}`);
            return { path, action, fields: fieldsOf(form), files: /multipart/.test(form) };
        },
        /** Sends an opened form with these values: the answer, whatever it is. */
        async post({ action, fields, files }, values = {}) {
            const body = files ? new FormData() : new URLSearchParams();
            for (const [name, value] of fields)
                if (!(name in values)) body.append(name, value);
            for (const [name, value] of Object.entries(values)) body.append(name, value);
            return fetch(base + action, { method: 'POST', headers, body, redirect: 'manual' });
        },
        /** The same for a form that must be taken: the address where it leads. */
        async send(form, values) {
            const answer = await this.post(form, values);
            if (answer.status !== 303) {
                const said = /data-focus.*?<\/div>/s.exec(await answer.text())?.[0] ?? '';
                throw new Error(`${form.path}: status ${answer.status} ` +
                    said.replace(/<[^>]*>/g, ' '));
            }
            return answer.headers.get('location').split('#')[0];
        },
        async fill(path, values, action) {
            return this.send(await this.open(path, action), values);
        },
        /** The whole text of the newest mail to an address that has these words in its subject. */
        async mailTo(address, words, limit_ms = 30000) {
            for (const start = Date.now(); Date.now() - start < limit_ms;) {
                const row = (await this.read('/demo/mails')).match(/<tr>.*?<\/tr>/gs)
                    ?.find(r => r.includes(address) && r.includes(words));
                if (row) {
                    const path = /href="([^"]+)"/.exec(row)[1];
                    return { path, text: plain(await this.read(path)) };
                }
                await new Promise(next => setTimeout(next, 100));
            }
            throw new Error(`no mail "${words}" came to ${address} within ${limit_ms} ms`);
        },
    };
}
