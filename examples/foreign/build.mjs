// node build.mjs INTERFACE.wit FOLDER: makes javascript.wasm, with the functions under the interface,
// and javascript-root.wasm, with the same functions at the root of its world, in FOLDER.
import { componentize } from 'componentize-qjs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const [interfacePath, folder] = process.argv.slice(2);
const wit = await readFile(interfacePath, 'utf8');

// The same types and functions without the interface around them, in a package of one's own.
const rootWit = wit
    .replace(/\/\/\/ A component that is[^]*/, '')
    .replace('package riptide:extractor@0.2.0', 'package example:javascript@1.0.0')
    .replace('interface extractor {', 'world at-root {')
    .replace(/\n {4}([a-z-]+: func)/g, '\n    export $1');
const rootPath = join(folder, 'at-root.wit');
await writeFile(rootPath, rootWit);

const jsSource = await readFile(new URL('extractor.js', import.meta.url), 'utf8');
for (const [name, witPath, world] of [
    ['javascript', interfacePath, 'extractor-component'],
    ['javascript-root', rootPath, 'at-root'],
]) {
    // stubWasi: the runtime's imports become traps, so that the component imports nothing.  sync: none of
    // what the component model has for asynchronous calls, which the host does without.
    const { component } = await componentize({ witPath, jsSource, world, stubWasi: true, sync: true });
    await writeFile(join(folder, `${name}.wasm`), component);
    console.log(`${name}.wasm: ${component.length} bytes`);
}
