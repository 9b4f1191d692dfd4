// A point that is set on a drawn map: by a click, and by the arrow keys. It only fills the two
// fields below it, and follows what is typed there; without it they are typed in degrees.
const STEP = 8; // units of the drawing, which is 1000 wide
const FAR = 5;

const toLon = x => x * 360 - 180;
const toLat = y => Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180 / Math.PI;
const fromLon = lon => (lon + 180) / 360;
function fromLat(lat) {
    const angle = lat * Math.PI / 180;
    return (1 - Math.log(Math.tan(angle) + 1 / Math.cos(angle)) / Math.PI) / 2;
}

function degrees(field) {
    const text = field.value.trim().replace(',', '.');
    return text ? Number(text) : NaN;
}

function start(box) {
    const { lat, lon } = box.closest('form').elements;
    const svg = box.querySelector('svg');
    const map = svg?.parentElement;
    if (!lat || !lon || !map) return;
    const [left, top, scale] = [box.dataset.x, box.dataset.y, box.dataset.scale].map(Number);
    const { width, height } = svg.viewBox.baseVal;
    const mark = document.createElementNS(svg.namespaceURI, 'g');
    mark.setAttribute('class', 'h-mark h-mark--place');
    const dot = document.createElementNS(svg.namespaceURI, 'circle');
    dot.setAttribute('r', '7');
    mark.append(dot);
    let at = null;

    function show() {
        const x = (fromLon(degrees(lon)) - left) * scale;
        const y = (fromLat(degrees(lat)) - top) * scale;
        at = Number.isFinite(x) && Number.isFinite(y) ? { x, y } : null;
        if (!at) mark.remove();
        else svg.append(mark);
        if (at) mark.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    }

    function set(x, y) {
        const inside = (v, most) => Math.min(Math.max(v, 0), most);
        lon.value = toLon(left + inside(x, width) / scale).toFixed(5);
        lat.value = toLat(top + inside(y, height) / scale).toFixed(5);
        show();
        lat.dispatchEvent(new Event('input', { bubbles: true }));
    }

    map.addEventListener('click', event => {
        const spot = new DOMPoint(event.clientX, event.clientY)
            .matrixTransform(svg.getScreenCTM().inverse());
        set(spot.x, spot.y);
    });
    map.addEventListener('keydown', event => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
            event.key];
        if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        const from = at ?? { x: width / 2, y: height / 2 };
        const step = event.shiftKey ? STEP * FAR : STEP;
        set(from.x + way[0] * step, from.y + way[1] * step);
    });
    for (const field of [lat, lon]) field.addEventListener('input', show);
    box.hidden = false;
    show();
}

export function startPlace() {
    document.querySelectorAll('form [data-place]').forEach(start);
}
