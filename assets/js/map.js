// The movable map in the place of the drawn one: MapLibre over the city's own layers. It appears
// only once it has been drawn; where WebGL 2 is missing, the drawing stays.
const STATES = ['ok', 'place', 'no-signal', 'warning', 'alarm'];
const SIZE = 26;

function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function styleSheet() {
    return new Promise(resolve => {
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        link.href = MAP_STYLE;
        link.onload = link.onerror = resolve;
        document.head.append(link);
    });
}

function line(id, source, paint) {
    return { id, type: 'line', source, paint,
        layout: { 'line-cap': 'round', 'line-join': 'round' } };
}

function fill(id, source, name) {
    return { id, type: 'fill', source, paint: { 'fill-color': colour(name) } };
}

function width(thin, thick) {
    return ['interpolate', ['exponential', 1.6], ['zoom'], 10, thin, 15, thick];
}

function groundLayers() {
    return [
        { id: 'sea', type: 'background', paint: { 'background-color': colour('--h-map-sea') } },
        fill('city', 'outline', '--h-map-city'),
        fill('parks', 'parks', '--h-map-park'),
        line('water', 'water', {
            'line-color': colour('--h-map-water'),
            'line-width': width(4, 40),
        }),
        fill('harbour', 'harbour', '--h-map-water'),
        line('minor', 'minor', {
            'line-color': colour('--h-map-minor'), 'line-width': width(0.6, 6),
        }),
        line('road-edges', 'roads', {
            'line-color': colour('--h-map-road-edge'), 'line-width': width(2.4, 16),
        }),
        line('roads', 'roads', {
            'line-color': colour('--h-map-road'), 'line-width': width(1.4, 13),
        }),
        line('rail', 'rail', {
            'line-color': colour('--h-map-rail'), 'line-width': 1.6, 'line-dasharray': [4, 3],
        }),
        line('districts', 'districts', {
            'line-color': colour('--h-map-border'), 'line-width': 1,
        }),
        line('outline', 'outline', {
            'line-color': colour('--h-map-outline'), 'line-width': 1.8,
        }),
    ];
}

function objectLayers() {
    const state = ['coalesce', ['get', 'state'], 'ok'];
    const layout = {
        'icon-image': ['concat', 'state-', state],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 10, 0.75, 12.5, 1],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'symbol-sort-key': ['match', state, 'alarm', 3, 'warning', 2, 'no-signal', 1, 0],
    };
    const words = {
        id: 'labels', type: 'symbol', source: 'labels',
        layout: {
            'text-field': ['get', 'name'], 'text-font': ['Fira Sans'], 'text-size': 14,
        },
        paint: {
            'text-color': colour('--h-text'), 'text-halo-color': colour('--h-map-city'),
            'text-halo-width': 2,
        },
    };
    return [
        { id: 'objects-ok', type: 'symbol', source: 'objects', layout,
            filter: ['==', state, 'ok'] },
        words,
        { id: 'objects', type: 'symbol', source: 'objects', layout, filter: ['!=', state, 'ok'] },
    ];
}

/** The same shapes as in lists and drawings: circle, triangle, diamond, dashed ring. */
function draw(pen, state, c) {
    const white = colour('--h-ground');
    pen.lineJoin = 'round';
    pen.lineWidth = state === 'ok' ? 2 : 3;
    pen.strokeStyle = white;
    pen.fillStyle = colour({ ok: '--h-ok-dot', place: '--h-action' }[state] ?? `--h-${state}`);
    pen.beginPath();
    if (state === 'ok') pen.arc(c, c, 3.8, 0, 7);
    else if (state === 'place') pen.arc(c, c, 6, 0, 7);
    else if (state === 'no-signal') pen.arc(c, c, 7.5, 0, 7);
    else if (state === 'warning')
        for (const [x, y] of [[0, -10], [10, 8], [-10, 8]]) pen.lineTo(c + x, c + y);
    else for (const [x, y] of [[0, -11], [11, 0], [0, 11], [-11, 0]]) pen.lineTo(c + x, c + y);
    pen.closePath();
    if (state === 'no-signal') {
        pen.fillStyle = white;
        pen.fill();
        pen.setLineDash([4, 2.7]);
        pen.strokeStyle = colour('--h-no-signal');
        pen.stroke();
        return;
    }
    pen.stroke();
    pen.fill();
    if (state === 'ok' || state === 'place') return;
    pen.fillStyle = white;
    pen.fillRect(c - 1.2, c - 5, 2.4, 6.5);
    pen.fillRect(c - 1.2, c + 3, 2.4, 2.4);
}

function addShapes(map) {
    for (const state of STATES) {
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = SIZE * 2;
        const pen = canvas.getContext('2d');
        pen.scale(2, 2);
        draw(pen, state, SIZE / 2);
        const image = pen.getImageData(0, 0, SIZE * 2, SIZE * 2);
        map.addImage(`state-${state}`, image, { pixelRatio: 2 });
    }
}

// The engine takes this one text as HTML.
function escaped(text) {
    return (text ?? '').replace(/[&<>]/g, c => `&#${c.charCodeAt(0)};`);
}

function bounds(geojson) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const walk = c => {
        if (typeof c[0] === 'number') {
            box[0] = Math.min(box[0], c[0]);
            box[1] = Math.min(box[1], c[1]);
            box[2] = Math.max(box[2], c[0]);
            box[3] = Math.max(box[3], c[1]);
        } else c.forEach(walk);
    };
    for (const feature of geojson?.features ?? [])
        if (feature.geometry) walk(feature.geometry.coordinates);
    return box[0] <= box[2] ? box : null;
}

const EMPTY = { type: 'FeatureCollection', features: [] };

function sources(layers, objects) {
    const all = {};
    for (const name of ['outline', 'parks', 'water', 'harbour', 'minor', 'roads', 'rail',
        'districts', 'labels'])
        all[name] = { type: 'geojson', data: layers[name] ?? EMPTY };
    // updateData finds features by their id.
    const features = objects.features.map(f => ({ ...f, id: undefined,
        properties: { ...f.properties, id: f.id ?? f.properties?.id } }));
    all.objects = { type: 'geojson', data: { ...objects, features }, promoteId: 'id' };
    return all;
}

function live(map) {
    const changed = new Map();
    let timer = 0;
    const flush = () => {
        timer = 0;
        map.getSource('objects')?.updateData({
            update: [...changed].map(([id, state]) => ({
                id, addOrUpdateProperties: [{ key: 'state', value: state }],
            })),
        });
        changed.clear();
    };
    document.addEventListener('hanse:value', ({ detail }) => {
        if (!detail.state) return;
        changed.set(detail.id, detail.state);
        timer ||= setTimeout(flush, 1000);
        row(detail.id)?.setAttribute('data-state', detail.state);
    });
}

function row(id) {
    return document.querySelector(`[data-object="${CSS.escape(id)}"]`);
}

/** Pointing at a row shows its place, clicking a place leads to its row or page. */
function joinList(map, engine, objects) {
    const popup = new engine.Popup({ closeButton: false, offset: 14 });
    const places = new Map(objects.features.map(f => [f.id ?? f.properties?.id, f]));
    const label = (at, name) => popup.setLngLat(at).setText(name ?? '').addTo(map);
    for (const layer of ['objects', 'objects-ok']) {
        map.on('mousemove', layer, event => {
            map.getCanvas().style.cursor = 'pointer';
            const found = event.features[0];
            label(found.geometry.coordinates, found.properties.name ?? found.properties.id);
        });
        map.on('mouseleave', layer, () => {
            map.getCanvas().style.cursor = '';
            popup.remove();
        });
        map.on('click', layer, event => {
            const { id, href } = event.features[0].properties;
            const there = row(id);
            document
                .querySelectorAll('[data-pointed]')
                .forEach(e => e.removeAttribute('data-pointed'));
            if (there) {
                there.dataset.pointed = '';
                there.scrollIntoView({ block: 'nearest' });
                there.querySelector('a')?.focus({ preventScroll: true });
            } else if (href?.startsWith('/')) location.href = href;
        });
    }
    const point = event => {
        const place = places.get(event.target.closest?.('[data-object]')?.dataset.object);
        if (place) label(place.geometry.coordinates, place.properties.name ?? place.properties.id);
        else popup.remove();
    };
    document.querySelector('[data-map-list]')?.addEventListener('mouseover', point);
    document.querySelector('[data-map-list]')?.addEventListener('focusin', point);
}

async function json(url) {
    const answer = await fetch(url, { credentials: 'same-origin' });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
}

export async function start(place) {
    const { layers: layersUrl, features: featuresUrl } = place.dataset;
    if (!layersUrl || !featuresUrl) return;
    const [engine, layers, objects] = await Promise.all([
        import(MAP_ENGINE), json(layersUrl), json(featuresUrl), styleSheet(),
        document.fonts.load('14px "Fira Sans"'),
    ]);
    engine.setWorkerUrl(MAP_WORKER);
    const holder = document.createElement('div');
    holder.className = 'h-map__live';
    place.append(holder);
    const box = bounds(layers.outline) ?? bounds(objects) ?? [-180, -80, 180, 80];
    let map;
    try {
        map = new engine.Map({
            container: holder,
            style: {
                version: 8, sources: sources(layers, objects),
                layers: [...groundLayers(), ...objectLayers()],
            },
            bounds: box,
            fitBoundsOptions: { padding: 24 },
            dragRotate: false,
            pitchWithRotate: false,
            touchPitch: false,
            cooperativeGestures: true,
            attributionControl: {
                compact: false,
                customAttribution: escaped(place.dataset.credit),
            },
            locale: {
                'Map.Title': place.dataset.title,
                'NavigationControl.ZoomIn': place.dataset.zoomIn,
                'NavigationControl.ZoomOut': place.dataset.zoomOut,
                'CooperativeGesturesHandler.WindowsHelpText': place.dataset.gestureWheel,
                'CooperativeGesturesHandler.MacHelpText': place.dataset.gestureWheel,
                'CooperativeGesturesHandler.MobileHelpText': place.dataset.gesture,
            },
        });
    } catch {
        holder.remove();
        return;
    }
    map.touchZoomRotate.disableRotation();
    map.addControl(new engine.NavigationControl({ showCompass: false }));
    map.on('styleimagemissing', () => { /* a state that we do not know has no shape */ });
    map.on('style.load', () => addShapes(map));
    map.on('load', () => {
        place.dataset.ready = '';
        live(map);
        joinList(map, engine, objects);
    });
}
