// What every page loads: live values, swapping of parts, menus and dialogs. All of it is an
// addition: without it links, forms and reloads do the same. Charts and maps are fetched only
// where a page has one, and only when it comes into view.
import { startLive } from './live.js';
import { startSwap } from './swap.js';
import { startPage } from './page.js';
import { startPlace } from './place.js';
import { startSimilar } from './similar.js';

function whenSeen(selector, load) {
    const elements = document.querySelectorAll(selector);
    if (!elements.length) return;
    const observer = new IntersectionObserver(entries => {
        for (const entry of entries) {
            if (!entry.isIntersecting) continue;
            observer.unobserve(entry.target);
            load().then(module => module.start(entry.target), () => { /* the drawing stays */ });
        }
    }, { rootMargin: '120px' });
    elements.forEach(element => observer.observe(element));
}

startPage();
startSwap(() => {
    startLive();
    upgrade();
});
startLive();
startSimilar();
startPlace();
upgrade();

function upgrade() {
    whenSeen('figure[data-chart]:not([data-ready])', () => import(CHART_MODULE));
    whenSeen('[data-map]:not([data-ready])', () => import(MAP_MODULE));
}
