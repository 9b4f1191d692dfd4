// A chart with a cursor and zoom in the place of the drawn one. The figure holds its values:
// {"t": [seconds], "v": [number or null], "unit": "..", "target": number or null}
import uPlot from 'uplot';
import { locale } from './page.js';

function style() {
    if (document.querySelector(`link[href="${CHART_STYLE}"]`)) return;
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = CHART_STYLE;
    document.head.append(link);
}

function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function format(lang, unit) {
    const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
    return value => value == null ? '–'
        : `${number.format(value).replace('-', '−')}${unit ? ` ${unit}` : ''}`;
}

function timeAxis(lang, zone) {
    const of = options => new Intl.DateTimeFormat(lang, { ...options, timeZone: zone });
    const clock = of({ hour: '2-digit', minute: '2-digit' });
    const day = of({ day: 'numeric', month: 'short' });
    const month = of({ month: 'short' });
    const year = of({ year: 'numeric' });
    const isMidnight = date => /^0?0:00$|^24:00$/.test(clock.format(date));
    return (chart, splits, axis, space, step) => splits.map(second => {
        const date = new Date(second * 1000);
        if (step >= 28 * 86400)
            return of({ month: 'numeric' }).format(date) === '1' ? year.format(date)
                : month.format(date);
        return step >= 86400 || isMidnight(date) ? day.format(date) : clock.format(date);
    });
}

function targetLine(value) {
    return chart => {
        const y = chart.valToPos(value, 'y', true);
        const { left, width } = chart.bbox;
        const pen = chart.ctx;
        pen.save();
        pen.strokeStyle = colour('--h-muted');
        pen.setLineDash([6, 5]);
        pen.beginPath();
        pen.moveTo(left, y);
        pen.lineTo(left + width, y);
        pen.stroke();
        pen.restore();
    };
}

function axisRange(data, low, high) {
    const most = data.target == null ? high : Math.max(high, data.target);
    const least = data.target == null ? low : Math.min(low, data.target);
    return uPlot.rangeNum(data.zero ? Math.min(0, least) : least, most, 0.1, data.zero ?? false);
}

function transparent(hex) {
    return /^#[0-9a-f]{6}$/i.test(hex) ? `${hex}14` : undefined;
}

function options(figure, data, width) {
    const lang = locale();
    const zone = document.body.dataset.zone || undefined;
    const show = format(lang, data.unit);
    const axis = {
        stroke: colour('--h-muted'),
        font: '13px "Fira Sans", sans-serif',
        grid: { stroke: colour('--h-line'), width: 1 },
        ticks: { stroke: colour('--h-line') },
    };
    const moment = new Intl.DateTimeFormat(lang, {
        dateStyle: 'medium', timeStyle: 'short', timeZone: zone,
    });
    return {
        width,
        height: 300,
        tzDate: second => zone ? uPlot.tzDate(new Date(second * 1000), zone)
            : new Date(second * 1000),
        legend: { live: true },
        scales: { y: { range: (chart, low, high) => axisRange(data, low, high) } },
        axes: [
            { ...axis, space: width < 500 ? 44 : 80, values: timeAxis(lang, zone) },
            { ...axis, values: (chart, splits) => splits.map(format(lang, '')), size: 56 },
        ],
        series: [
            { label: figure.dataset.time, value: (chart, second) => second == null ? '–'
                : moment.format(new Date(second * 1000)) },
            {
                label: figure.querySelector('h2')?.textContent ?? '',
                stroke: colour('--h-action'),
                fill: transparent(colour('--h-action')),
                width: 2.5,
                points: { show: false },
                spanGaps: false,
                value: (chart, value) => show(value),
            },
        ],
        hooks: data.target == null ? {} : { draw: [targetLine(data.target)] },
    };
}

export function start(figure) {
    const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const place = figure.querySelector('.h-chart__plot');
    if ((data.v ?? []).filter(value => value != null).length < 2) return; // no line to follow
    style();
    const drawing = place.querySelector('svg');
    const name = drawing.getAttribute('aria-label');
    const chart = new uPlot(options(figure, data, place.clientWidth), [data.t, data.v]);
    chart.root.setAttribute('role', 'img');
    chart.root.setAttribute('aria-label', name);
    drawing.replaceWith(chart.root);
    figure.dataset.ready = '';
    new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: 300 }))
        .observe(place);
}
