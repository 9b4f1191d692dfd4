// Live values. One tab of a browser holds the stream and hands every event to the others, since
// HTTP/1.1 gives six connections per host. Each tab says which ids it shows; the leader asks the
// server for all of them. Values change silently, and at most once a second; a change of state is
// said once in the page's polite live region.
import { locale } from './page.js';

const CHANNEL = 'hanse-live';
const LOCK = 'hanse-live-leader';

let started = false;
let channel = null;
let source = null;
const retired = []; // streams whose successor is not open yet
let leader = false;
let asked = '';
const wanted = new Map(); // tab -> { ids, at }
const self = Math.random().toString(36).slice(2);
const pending = new Map(); // id|attr -> event
let timer = 0;

/** The elements that show a value: data-live="ID|ATTRIBUTE". */
function elements() {
    return document.querySelectorAll('[data-live]');
}

function ids() {
    const all = new Set();
    for (const element of elements()) all.add(element.dataset.live.split('|')[0]);
    const map = document.querySelector('[data-map][data-features]');
    if (map && map.dataset.features) all.add('*');
    return [...all];
}

function put(element, selector, text) {
    const target = element.matches(selector) ? element : element.querySelector(selector);
    if (target && text !== undefined && target.textContent !== text) target.textContent = text;
}

function swapState(element, event) {
    const old = [...element.classList].find(name => /^h-(tile|notice)--/.test(name));
    const state = element.querySelector('.h-state');
    const legend = document.querySelector(`.h-legend .h-state--${CSS.escape(event.state)}`);
    const template = legend ?? document.querySelector(`[data-state="${CSS.escape(event.state)}"]`);
    if (!state || !template || state.classList.contains(`h-state--${event.state}`)) return;
    if (old) element.classList.replace(old, old.replace(/--.*/, `--${event.state}`));
    state.replaceWith(template.cloneNode(true));
    announce(element, template.textContent.trim());
}

function announce(element, word) {
    const region = document.querySelector('[data-live-status]');
    const name = element.dataset.liveName;
    if (!region || !name) return;
    region.textContent = region.dataset.change.replace('{name}', name).replace('{state}', word);
}

function show(event) {
    const key = `${event.id}|${event.attr}`;
    for (const element of elements()) {
        if (element.dataset.live !== key) continue;
        put(element, '[data-live-text]', event.text);
        if (event.unit) put(element, '[data-live-unit]', event.unit);
        const time = element.querySelector('time[data-live-at]');
        if (time && event.at) {
            time.dateTime = event.at;
            time.textContent = clock(event.at);
        }
        if (event.state) swapState(element, event);
    }
    document.dispatchEvent(new CustomEvent('hanse:value', { detail: event }));
}

function clock(at) {
    return new Intl.DateTimeFormat(locale(), {
        hour: '2-digit', minute: '2-digit', timeZone: document.body.dataset.zone || undefined,
    }).format(new Date(at));
}

function receive(event) {
    pending.set(`${event.id}|${event.attr}`, event);
    // The server sends a value at most once a second; this only gathers what came together.
    timer ||= setTimeout(flush, 50);
}

function flush() {
    timer = 0;
    for (const event of pending.values()) show(event);
    pending.clear();
}

function paused(is) {
    document.documentElement.classList.toggle('h-live-paused', is);
}

function tell(message) {
    channel?.postMessage(message);
    hear(message);
}

function hear(message) {
    if (message.kind === 'value') receive(message.event);
    else if (message.kind === 'paused') paused(message.is);
    else if (message.kind === 'hello')
        channel?.postMessage({ kind: 'want', tab: self, ids: ids() });
    else if (message.kind === 'want') wanted.set(message.tab, message.ids);
    else if (message.kind === 'bye') wanted.delete(message.tab);
    if (leader && message.kind !== 'value' && message.kind !== 'paused') connect();
}

/** Opens the stream for what all tabs want; only where that has changed. */
function connect() {
    wanted.set(self, ids());
    const all = [...new Set([...wanted.values()].flat())].sort();
    const query = all.includes('*')
        ? 'all=true'
        : `ids=${all.map(encodeURIComponent).join(',')}`;
    if (query === asked && source && source.readyState !== EventSource.CLOSED) return;
    asked = query;
    // The old stream goes on until the new one is open: what changes in between is not missed.
    if (source) retired.push(source);
    source = null;
    if (all.length) source = open(`/sse?${query}&lang=${document.documentElement.lang}`);
    else retire();
}

function retire() {
    for (const old of retired.splice(0)) old.close();
}

function open(url) {
    const stream = new EventSource(url);
    stream.onmessage = message => {
        try {
            tell({ kind: 'value', event: JSON.parse(message.data) });
        } catch { /* a line that is not ours */ }
    };
    const settle = is => {
        if (stream !== source) return;
        retire();
        tell({ kind: 'paused', is });
    };
    stream.onopen = () => settle(false);
    stream.onerror = () => settle(true);
    return stream;
}

function lead() {
    leader = true;
    channel?.postMessage({ kind: 'hello' });
    connect();
    return new Promise(() => { /* holds the lock for as long as the tab lives */ });
}

export function startLive() {
    if (!ids().length) return;
    if (started) {
        tell({ kind: 'want', tab: self, ids: ids() });
        return;
    }
    started = true;
    if ('BroadcastChannel' in window && navigator.locks) {
        // Streams differ by language; so do the tabs that share one.
        const name = `${CHANNEL}-${document.documentElement.lang}`;
        channel = new BroadcastChannel(name);
        channel.onmessage = message => hear(message.data);
        channel.postMessage({ kind: 'want', tab: self, ids: ids() });
        navigator.locks.request(`${LOCK}-${document.documentElement.lang}`, lead);
    } else {
        lead();
    }
    addEventListener('pagehide', () => {
        channel?.postMessage({ kind: 'bye', tab: self });
        retire();
        source?.close();
        asked = '';
    });
    addEventListener('pageshow', event => {
        if (event.persisted && leader) connect();
    });
}
