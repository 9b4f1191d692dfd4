// Menus, dialogs, questions before something is lost, focus on what has to be read first. All on
// elements that work by themselves: details, dialog, form.
/** The language for Intl; English as it is written in Europe: 22 November, 18:40. */
export function locale() {
    const { lang } = document.documentElement;
    return lang === 'en' ? 'en-GB' : lang;
}

function closeMenus(except) {
    for (const menu of document.querySelectorAll('details[data-menu][open]')) {
        if (menu !== except) menu.open = false;
    }
}

function menus() {
    document.addEventListener('click', event => closeMenus(event.target.closest('[data-menu]')));
    document.addEventListener('keydown', event => {
        if (event.key !== 'Escape') return;
        const open = document.querySelector('details[data-menu][open]');
        if (!open) return;
        open.open = false;
        open.querySelector('summary').focus();
    });
}

function dialogs() {
    document.addEventListener('click', event => {
        const opener = event.target.closest('[data-open]');
        if (opener) document.getElementById(opener.dataset.open)?.showModal();
        else if (event.target.matches('dialog[open]')) event.target.close(); // the backdrop
    });
}

function button(label, kind) {
    const element = document.createElement('button');
    element.className = `kern-btn kern-btn--${kind}`;
    element.value = kind;
    const text = document.createElement('span');
    text.className = 'kern-label';
    text.textContent = label;
    element.append(text);
    return element;
}

function ask(asker, then) {
    const dialog = document.createElement('dialog');
    dialog.className = 'h-dialog';
    const form = document.createElement('form');
    form.method = 'dialog';
    const question = document.createElement('h2');
    question.textContent = asker.dataset.confirm;
    question.id = 'hanse-question';
    dialog.setAttribute('aria-labelledby', question.id);
    const actions = document.createElement('div');
    actions.className = 'h-actions';
    actions.append(button(asker.dataset.confirmNo, 'secondary'),
        button(asker.dataset.confirmYes, 'primary'));
    form.append(question, actions);
    dialog.append(form);
    document.body.append(dialog);
    dialog.addEventListener('close', () => {
        const yes = dialog.returnValue === 'primary';
        dialog.remove();
        asker.focus();
        if (yes) then();
    });
    dialog.showModal();
}

function confirmations() {
    document.addEventListener('submit', event => {
        const asker = event.submitter;
        if (!asker?.dataset.confirm || asker.dataset.confirmed) return;
        event.preventDefault();
        event.stopPropagation();
        ask(asker, () => {
            asker.dataset.confirmed = 'yes';
            event.target.requestSubmit(asker);
            delete asker.dataset.confirmed;
        });
    }, true);
}

/** A file that is too large is said so before it travels; the server says it too. */
function files() {
    document.addEventListener('change', event => {
        const { target } = event;
        if (!target.matches('input[type=file][data-bytes-max]')) return;
        const large = [...target.files].some(file => file.size > Number(target.dataset.bytesMax));
        target.setCustomValidity(large ? target.dataset.tooLarge : '');
        if (large) target.reportValidity();
    });
}

/** Buttons that print the page, there only where they work. */
function printing() {
    for (const element of document.querySelectorAll('[data-print]')) {
        element.hidden = false;
        element.addEventListener('click', () => globalThis.print());
    }
}

export function startPage() {
    menus();
    files();
    dialogs();
    confirmations();
    printing();
    document.querySelector('[data-focus]')?.focus();
}
