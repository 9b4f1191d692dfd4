// What all tests in Chromium share: the browser's flags, TAP, axe and the Nu checker.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const CHROMIUM = {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader', '--disable-background-networking',
        '--disable-dev-shm-usage', '--disable-component-update',
        '--disable-sync', '--no-first-run'],
};

/** Without WebGL, as on old or locked-down computers. */
export const CHROMIUM_FLAT = { ...CHROMIUM, args: [...CHROMIUM.args
    .filter(arg => !/gl|swiftshader/.test(arg)), '--disable-3d-apis'] };

/** Of a context: pages jump to where they scroll, so that a click meets what was seen there. */
export const STILL = { reducedMotion: 'reduce' };

/** Numbers and names of tests on stdout, what is wrong as comments under them. */
export function tap() {
    let count = 0;
    let failed = 0;
    return {
        check(name, problems) {
            count++;
            if (problems.length) failed++;
            console.log(`${problems.length ? 'not ok' : 'ok'} ${count} - ${name}`);
            for (const problem of problems)
                console.log(`# ${String(problem).replaceAll('\n', '\n# ')}`);
        },
        note(text) {
            console.log(`# ${text}`);
        },
        done() {
            console.log(`1..${count}`);
            process.exitCode = failed ? 1 : 0;
        },
    };
}

/** The npm packages under MODULES: the browser's driver, axe, and where the Nu checker is. */
export function tools(modules) {
    const require = createRequire(join(modules, 'x.js'));
    const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    return {
        chromium: require('playwright-core').chromium,
        /** What axe finds against WCAG 2.2 A and AA and its best practices. */
        async axe(page) {
            if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe);
            const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
                resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',
                    'wcag21aa', 'wcag22aa', 'best-practice'] }));
            return violations.map(v => `axe ${v.id}: ${v.help}: ` + v.nodes.slice(0, 3)
                .map(n => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join(' | '));
        },
        /** Errors of the Nu checker in these files, as lines. */
        html(files) {
            try {
                execFileSync('java', ['-jar', join(modules, 'vnu-jar/build/dist/vnu.jar'),
                    '--errors-only', '--format', 'gnu', ...files],
                { stdio: 'pipe', maxBuffer: 1 << 26 });
                return [];
            } catch (error) {
                return String(error.stderr || error).trim().split('\n');
            }
        },
    };
}

/** Elements that make a page scroll sideways. */
export async function sideways(page) {
    return page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1
        ? [`scrolls sideways: ${document.documentElement.scrollWidth} px in ${innerWidth}: ` +
            [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 4).map(e => `${e.tagName}.${e.getAttribute('class')}`).join(', ')]
        : []);
}

/** Waits until test() is true; says what never came. Returns the milliseconds it took. */
export async function until(what, test, limit_ms = 30000) {
    const start = performance.now();
    for (;;) {
        if (await test()) return performance.now() - start;
        if (performance.now() - start > limit_ms)
            throw new Error(`never came within ${limit_ms} ms: ${what}`);
        await new Promise(next => setTimeout(next, 40));
    }
}

/** Runs one test with a limit of its own; what it throws is what is wrong. */
export async function run({ check }, name, test, limit_ms = 120000) {
    const problems = [];
    let timer;
    const limit = new Promise((_, stop) => {
        timer = setTimeout(() => stop(new Error(`took longer than ${limit_ms} ms`)), limit_ms);
    });
    await Promise.race([test(), limit])
        .catch(error => problems.push(String(error.message ?? error)));
    clearTimeout(timer);
    check(name, problems);
}
