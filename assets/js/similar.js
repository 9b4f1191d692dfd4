// Beside the form of an idea: what is like it already, asked for when the keys have rested. The
// box is a status, so what is put into it is told politely; whatever goes wrong, it stays.
const REST_MS = 700;
const TITLE_CHARS_MIN = 4;

export function startSimilar() {
    const box = document.querySelector('form [data-similar]');
    const form = box?.closest('form');
    if (!form) return;
    const value = (name, chars) => (form.elements[name]?.value ?? '').trim().slice(0, chars);
    let timer, last, asking;

    async function ask() {
        const title = value('title', 200);
        const query = `${new URLSearchParams({
            titel: title,
            text: `${value('lead', 300)} ${value('body', 600)}`,
            stadtteil: value('district', 100),
        })}`;
        if (title.length < TITLE_CHARS_MIN || query === last) return;
        last = query;
        asking?.abort();
        asking = new AbortController();
        try {
            const answer = await fetch(`${box.dataset.similar}?${query}`,
                { signal: asking.signal, credentials: 'same-origin' });
            const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
            const part = page.getElementById(box.id);
            if (part && !box.contains(document.activeElement) && part.innerHTML !== box.innerHTML)
                box.replaceChildren(...document.importNode(part, true).childNodes);
        } catch { /* the next key asks again */ }
    }
    form.addEventListener('input', () => {
        clearTimeout(timer);
        timer = setTimeout(ask, REST_MS);
    });
}
