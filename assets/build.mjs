// Builds what pages load: node build.mjs SOURCE MODULES OUT
//
// SOURCE is this folder, MODULES the node_modules of package-lock.json, OUT the folder that gets
// the files and the manifest that tools/asset reads. The same input gives the same bytes: names
// hold a hash of the content, nothing holds a time or a path.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [source, modules, out] = process.argv.slice(2).map(path => resolve(path));
const require = createRequire(join(modules, 'x.js'));
const esbuild = require('esbuild');
const sass = require('sass');

// Browsers of the last four years; MapLibre 6 needs WebGL 2 and ES2022 anyway.
const TARGET = ['chrome111', 'firefox113', 'safari16.4'];
const TYPES = {
    css: 'text/css; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    svg: 'image/svg+xml',
    woff2: 'font/woff2',
};
const manifest = [];

function write(file, bytes) {
    writeFileSync(join(out, file), bytes);
    return file;
}

// A form that does not save a tenth is not worth its place.
function compressed(file, bytes, raw) {
    return bytes.length < raw.length * 0.9 ? write(file, bytes) : '-';
}

function publish(name, content, path) {
    const raw = Buffer.from(content);
    const hash = createHash('sha256').update(raw).digest('hex').slice(0, 12);
    const dot = name.lastIndexOf('.');
    const type = name.slice(dot + 1);
    const file = `${name.slice(0, dot)}-${hash}.${type}`;
    const url = path ?? `/assets/${file}`;
    const gzip = gzipSync(raw, { level: 9 });
    gzip[9] = 255; // the operating system, which is nobody's business and differs between Nodes
    const brotli = brotliCompressSync(raw, {
        params: {
            [constants.BROTLI_PARAM_QUALITY]: 11,
            [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
        },
    });
    const cells = [name, url, TYPES[type], hash, write(file, raw)];
    cells.push(compressed(`${file}.gz`, gzip, raw), compressed(`${file}.br`, brotli, raw));
    manifest.push(cells.join('\t'));
    return url;
}

function npm(path) {
    return readFileSync(join(modules, path));
}

async function minified(code, loader) {
    const result = await esbuild.transform(code, {
        loader,
        minify: true,
        target: TARGET,
        charset: 'utf8',
        legalComments: 'inline',
    });
    return result.code;
}

function fonts() {
    const urls = {};
    for (const weight of [400, 500, 600]) {
        const file = `fira-sans-latin-${weight}-normal.woff2`;
        urls[weight] = publish(`fira-${weight}.woff2`, npm(`@fontsource/fira-sans/files/${file}`));
    }
    return urls;
}

async function style(entry, fontUrls) {
    const compiled = sass.compile(join(source, 'css', entry), {
        loadPaths: [join(modules, '@kern-ux/native/src/scss'), join(source, 'css')],
        silenceDeprecations: ['import'],
        quietDeps: true,
    });
    const css = compiled.css.replace(/url\("?font:(\d+)"?\)/g, (_, w) => `url(${fontUrls[w]})`);
    return minified(css.replace(/\/\*[\s\S]*?\*\//g, ''), 'css');
}

async function script(entry, define) {
    const result = await esbuild.build({
        entryPoints: [join(source, 'js', entry)],
        bundle: true,
        format: 'esm',
        minify: true,
        write: false,
        target: TARGET,
        charset: 'utf8',
        legalComments: 'inline',
        external: ['/assets/*'],
        nodePaths: [modules],
        absWorkingDir: source,
        define: Object.fromEntries(Object.entries(define).map(([k, v]) => [k, JSON.stringify(v)])),
    });
    return result.outputFiles[0].contents;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const fontUrls = fonts();
publish('hanse.css', await style('hanse.scss', fontUrls));

const worker = publish('map-worker.js', npm('maplibre-gl/dist/maplibre-gl-worker.mjs'));
const engine = publish('map-engine.js', npm('maplibre-gl/dist/maplibre-gl.mjs'));
const mapStyle = publish('map-engine.css', npm('maplibre-gl/dist/maplibre-gl.css'));
const map = publish('map.js', await script('map.js', {
    MAP_ENGINE: engine, MAP_WORKER: worker, MAP_STYLE: mapStyle,
}));

const chartStyle = publish('chart.css', npm('uplot/dist/uPlot.min.css'));
const chart = publish('chart.js', await script('chart.js', { CHART_STYLE: chartStyle }));

publish('hanse.js', await script('hanse.js', { MAP_MODULE: map, CHART_MODULE: chart }));

const logo = readFileSync(join(source, 'logo.svg'));
publish('logo.svg', logo);
publish('favicon.svg', logo, '/favicon.ico'); // asked for by name; browsers go by the type

manifest.sort();
writeFileSync(join(out, 'manifest'), manifest.join('\n') + '\n');
