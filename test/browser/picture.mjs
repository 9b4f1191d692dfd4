// Pictures of pages: PNGs that are as small as they can be without losing what they show.
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';

/** Of a PNG's chunk (ISO 3309); node:zlib has it from Node 20.15 on, Debian 12 has Node 18. */
function crc32(bytes) {
    let crc = ~0;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
}

function chunk(type, data) {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4, 'latin1');
    data.copy(out, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
}

/** The same PNG, compressed as far as it goes; the browser is in a hurry. */
export function tight(png) {
    const parts = [];
    for (let at = 8; at < png.length;) {
        const size = png.readUInt32BE(at);
        parts.push([png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + size)]);
        at += 12 + size;
    }
    const pixels = inflateSync(Buffer.concat(parts.filter(p => p[0] === 'IDAT').map(p => p[1])));
    return Buffer.concat([png.subarray(0, 8), chunk('IHDR', parts[0][1]),
        chunk('IDAT', deflateSync(pixels, { level: 9, memLevel: 9 })),
        chunk('IEND', Buffer.alloc(0))]);
}

/** A busy machine sometimes has no picture at the first call. */
export async function shot(page, options) {
    for (let tries = 0; ; tries++) {
        try {
            return await page.screenshot(options);
        } catch (error) {
            if (tries === 4) throw error;
            await page.waitForTimeout(500);
        }
    }
}

const MOST = 250 * 1000; // bytes of a picture in the manual

/** For the manual: as the test sees it, in colours few enough to weigh little. */
export async function picture(page, from, to) {
    const url = await page.evaluate(async source => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement('canvas');
        canvas.width = image.width;
        canvas.height = Math.min(image.height, 1600); // the beginning of a long page
        const pen = canvas.getContext('2d');
        pen.drawImage(image, 0, 0);
        const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
        pixels.data.forEach((value, i) => {
            pixels.data[i] = Math.min(255, Math.round(value / 8) * 8);
        });
        pen.putImageData(pixels, 0, 0);
        return canvas.toDataURL('image/png');
    }, `data:image/png;base64,${readFileSync(from).toString('base64')}`);
    const png = tight(Buffer.from(url.split(',')[1], 'base64'));
    writeFileSync(to, png);
    return png.length > MOST ? [`${to} weighs ${png.length} bytes`] : [];
}
