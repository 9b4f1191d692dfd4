// A loopback server of the pages that preview has written, under the pages' content security
// policy. routes: path -> (request, response), for what a test wants to answer itself.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const CSP = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; " +
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const TYPES = {
    html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript',
    svg: 'image/svg+xml', woff2: 'font/woff2', json: 'application/json',
    geojson: 'application/geo+json', ico: 'image/svg+xml',
};

export async function serve(folder, routes) {
    const server = createServer((request, response) => {
        const path = request.url.split('?')[0];
        response.setHeader('Content-Security-Policy', CSP);
        if (routes[path]) {
            routes[path](request, response);
            return;
        }
        const file = path.replace('/stadt/karte/', '/');
        try {
            const bytes = readFileSync(join(folder, decodeURIComponent(file)));
            response.setHeader('Content-Type',
                TYPES[file.split('.').pop()] ?? 'application/octet-stream');
            response.end(bytes);
        } catch {
            response.writeHead(404).end();
        }
    });
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    return {
        base: `http://127.0.0.1:${server.address().port}`,
        close() {
            server.closeAllConnections();
            server.close();
        },
    };
}
