// Links and forms with data-swap="ID" fetch their URL with the header X-Fragment: ID and put the
// element of that id from the answer in the place of ours. Whatever goes wrong, the browser does
// what it would have done without us.
function target(element) {
    return document.getElementById(element.dataset.swap);
}

async function fetchPart(url, id, options) {
    const answer = await fetch(url, {
        ...options,
        headers: { 'X-Fragment': id, Accept: 'text/html' },
        credentials: 'same-origin',
    });
    const html = await answer.text();
    const part = new DOMParser().parseFromString(html, 'text/html').getElementById(id);
    if (!part || !(answer.headers.get('content-type') ?? '').startsWith('text/html'))
        throw new Error('no such part');
    return { part: document.importNode(part, true), url: answer.url };
}

async function swap(element, url, options, fallback, done) {
    const old = target(element);
    const focus = document.activeElement;
    const again = focus && old.contains(focus) && focus.id;
    old.setAttribute('aria-busy', 'true');
    try {
        const { part, url: at } = await fetchPart(url, old.id, options);
        old.replaceWith(part);
        if (!options || options.method === 'GET') history.pushState({ hanse: true }, '', at);
        const next = (again && document.getElementById(again)) ??
            part.querySelector('[data-focus], [aria-current]');
        if (old.contains(focus)) (next ?? part).focus({ preventScroll: true });
        done();
    } catch {
        fallback();
    }
}

export function startSwap(done) {
    addEventListener('click', event => {
        const link = event.target.closest?.('a[data-swap]');
        if (!link || !target(link) || event.defaultPrevented || event.button ||
            event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        swap(link, link.href, undefined, () => { location.href = link.href; }, done);
    });
    addEventListener('submit', event => {
        const form = event.target.closest?.('form[data-swap]');
        if (!form || !target(form) || event.defaultPrevented) return;
        event.preventDefault();
        const data = new FormData(form, event.submitter);
        const post = form.method === 'post';
        const url = new URL(form.action);
        if (!post) url.search = new URLSearchParams(data);
        const options = post ? { method: 'POST', body: new URLSearchParams(data) } : undefined;
        // A form that cannot be swapped is sent as it is; without its attribute, not again to us.
        swap(form, url, options, () => {
            form.removeAttribute('data-swap');
            form.requestSubmit(event.submitter);
        }, done);
    });
    addEventListener('popstate', event => {
        if (event.state?.hanse || document.querySelector('[data-swap]')) location.reload();
    });
}
