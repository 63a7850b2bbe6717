// Bundles every file in vendor/ into <out>/<name>.js and .css, copies htmx, writes the notices of what went in, packs all.
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
  return Object.keys(result.metafile.inputs);
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
await pack();
