// Bundles every file in vendor/ into <out>/<name>.js and .css with the texts in it that can be translated, copies htmx,
// writes the notices of what went in, packs all.
// Run by frontend/build.py with the node of the Python wheel: node bundle.mjs <out>
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const out = process.argv[2];

async function bundle(entry) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [join('vendor', entry)],
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    // Fonts stay files: as data addresses the old .eot would be decoded and warned about, and all would always load.
    assetNames: 'fonts/[name]-[hash]',
    loader: { '.eot': 'file', '.svg': 'file', '.ttf': 'file', '.woff': 'file', '.woff2': 'file' },
    legalComments: 'none', // The notices are in THIRD_PARTY.txt, complete, not only where a file has a comment.
    metafile: true,
    logLevel: 'warning',
  });
  const bytes = Object.values(result.metafile.outputs).reduce((sum, file) => sum + file.bytes, 0);
  console.log(`  ${basename(entry, '.js').padEnd(14)} ${Math.round(bytes / 1024)} kB`);
  const inputs = Object.keys(result.metafile.inputs);
  await writeTexts(basename(entry, '.js'), inputs);
  return inputs;
}

// What a bundle shows to people, for the test that counts what nobody has translated: texts that its sources hand to
// `translate` (asked) and those that they write as labels (written), as far as they are still in the bundle.
const TEXT = String.raw`(['"])((?:\\.|(?!\1)[^\n])*)\1`;
const ASKED = new RegExp(String.raw`\btranslate\$?\d*\(\s*${TEXT}`, 'g');
const WRITTEN = new RegExp(String.raw`\b(?:label|title|tooltip|placeholder|emptyText)\s*:\s*${TEXT}`, 'g');

async function writeTexts(name, inputs) {
  const bundled = await readFile(join(out, `${name}.js`), 'utf8');
  const sources = await Promise.all(inputs.filter((path) => path.endsWith('.js')).map((path) => readFile(join(here, path), 'utf8')));
  const found = (pattern) => {
    const texts = new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map(([, , text]) => text.replace(/\\(.)/g, '$1'))));
    return [...texts].filter((text) => /[A-Za-z]{2}/.test(text) && isIn(bundled, text)).sort();
  };
  await writeFile(join(out, `${name}.texts.json`), JSON.stringify({ asked: found(ASKED), written: found(WRITTEN) }, null, 1));
}

function isIn(bundled, text) {
  const ascii = text.replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const forms = [text, ascii, text.replaceAll('"', '\\"')];
  return forms.some((form) => ['"', "'", '`'].some((quote) => bundled.includes(quote + form + quote)));
}

// node_modules/a/node_modules/@b/c/lib/x.js belongs to the folder node_modules/a/node_modules/@b/c
function packageFolder(path) {
  return path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

async function licenceText(folder) {
  const name = (await readdir(folder)).find((file) => /^(licen[cs]e|copying)/i.test(file));
  return name ? (await readFile(join(folder, name), 'utf8')).trim() : '(the package carries no licence file)';
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version}\n${license ?? 'see text'}\n\n${await licenceText(folder)}\n`;
}

async function writeNotices(inputs) {
  const folders = new Set(inputs.map(packageFolder).filter(Boolean));
  folders.add('node_modules/htmx.org');
  const parts = await Promise.all([...folders].sort().map((folder) => notice(join(here, folder))));
  await writeFile(join(out, 'THIRD_PARTY.txt'), parts.join(`\n${'-'.repeat(78)}\n\n`));
  console.log(`  notices of ${parts.length} packages in THIRD_PARTY.txt`);
}

// The form editor brings an older viewer of its own whose classes are called alike. A form that is tried beside it gets
// the style of the viewer that tasks use, and the editor keeps its own.
async function scope() {
  const style = await readFile(join(out, 'form-viewer.css'), 'utf8');
  await writeFile(join(out, 'form-preview.css'), `@scope ([data-island="studio-preview"]) {\n${style}\n}\n`);
}

// Packed once here, so that no server packs three megabytes for every new browser.
async function pack() {
  for (const file of await readdir(out)) {
    if (/\.(js|css)$/.test(file)) await writeFile(join(out, `${file}.gz`), gzipSync(await readFile(join(out, file)), { level: 9 }));
  }
}

if (existsSync(out)) await rm(out, { recursive: true });
await mkdir(out, { recursive: true });
const inputs = [];
for (const entry of (await readdir(join(here, 'vendor'))).sort()) inputs.push(...(await bundle(entry)));
await copyFile(join(here, 'node_modules/htmx.org/dist/htmx.min.js'), join(out, 'htmx.js'));
await writeNotices(inputs);
await scope();
await pack();
