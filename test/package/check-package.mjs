// Packs the app with a folder that looks like Electron, without a network, and looks at what has become of it: the archive, the resources
// beside it, the fuses, and the installed command, which runs the sample run out of the archive.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { makeFakeElectronDist } from './fake-electron-dist.mjs';

const root = join(import.meta.dirname, '../..');
/** The sample run takes seconds. */
const COMMAND_LIMIT_MS = 120_000;

const EXPECTED_FUSES = /** @type {const} */ ({
  RunAsNode: true,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  GrantFileProtocolExtraPrivileges: false,
});

const scratch = mkdtempSync(join(tmpdir(), 'drover-package-'));
/** @type {{ what: string, passed: boolean }[]} */
const checks = [];
try {
  const app = pack();
  checkArchive(join(app, 'resources', 'app.asar'));
  checkResources(join(app, 'resources'));
  checkDebianFiles();
  await checkFuses(join(app, 'drover-desktop'));
  checkCommand(join(app, 'resources', 'bin', 'drover'));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const failed = checks.filter(({ passed }) => !passed).length;
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** @returns {string} the folder of the unpacked app */
function pack() {
  const dist = join(scratch, 'electron');
  makeFakeElectronDist(dist);
  run('npm', ['run', '--silent', 'build']);
  run(process.execPath, [join(root, 'resources/desktop/make-guides.mjs')]);
  run(process.execPath, [
    join(root, 'node_modules/electron-builder/out/cli/cli.js'),
    '--dir',
    '--linux',
    '--publish=never',
    `-c.electronDist=${dist}`,
    `-c.directories.output=${join(scratch, 'release')}`,
  ]);
  return join(scratch, 'release', 'linux-unpacked');
}

/** @param {string} archive */
function checkArchive(archive) {
  const files = listPackage(archive, { isPack: false }).map((file) => file.replaceAll('\\', '/'));
  const has = (/** @type {RegExp} */ pattern) => files.some((file) => pattern.test(file));
  check('the archive holds the main program, the command and the preload', [
    has(/^\/out\/main\/main\.js$/),
    has(/^\/out\/main\/cli\.js$/),
    has(/^\/out\/preload\/index\.cjs$/),
  ]);
  const threads = readdirSync(join(root, 'electron/engine'), { recursive: true, encoding: 'utf8' })
    .map((path) => basename(path))
    .filter((name) => name.endsWith('-thread.ts'));
  check(
    'the archive holds every worker thread beside the main program',
    threads.map((name) => files.includes(`/out/main/${name.replace(/\.ts$/, '.js')}`)),
  );
  check('the archive holds the page', [
    has(/^\/out\/renderer\/index\.html$/),
    has(/^\/out\/renderer\/assets\/.*\.js$/),
  ]);
  const other = files.filter((file) => !/^\/(out(\/.*)?|package\.json)$/.test(file));
  check(`the archive holds nothing else${other.length === 0 ? '' : `, but it has ${other.slice(0, 5).join(', ')}`}`, [
    other.length === 0,
  ]);
}

/** @param {string} resources */
function checkResources(resources) {
  const names = ['pipelines', 'workers', 'runtime', 'samples'];
  for (const name of names) {
    const wanted = filesOf(join(root, 'resources', name)).filter((file) => !/__pycache__/.test(file));
    const there = filesOf(join(resources, name));
    check(`resources/${name} is complete beside the archive`, [wanted.length > 0, same(wanted, there)]);
  }
  check('the schema of pipelines is there', [existsSync(join(resources, 'pipeline.schema.json'))]);
}

/** Files that the Debian package puts elsewhere on the system: each is named in the configuration and has something in it. */
function checkDebianFiles() {
  const yml = readFileSync(join(root, 'electron-builder.yml'), 'utf8');
  const files = [...yml.matchAll(/^ +- (\S+)=(\/usr\/\S+)$/gm)].map(([, source = '', there = '']) => ({
    source,
    there,
  }));
  check('the Debian package brings the command, its manual and completions for three shells', [files.length === 5]);
  for (const { source, there } of files)
    check(`${there} has something in it`, [readFileSync(join(root, source), 'utf8').length > 0]);
}

/** @param {string} executable */
async function checkFuses(executable) {
  const wire = await getCurrentFuseWire(executable);
  for (const [name, on] of Object.entries(EXPECTED_FUSES)) {
    const state = wire[FuseV1Options[/** @type {keyof typeof EXPECTED_FUSES} */ (name)]];
    check(`the fuse ${name} is ${on ? 'on' : 'off'}`, [state === (on ? FuseState.ENABLE : FuseState.DISABLE)]);
  }
}

/** @param {string} command */
function checkCommand(command) {
  const env = { PATH: '/usr/bin:/bin', HOME: scratch, DROVER_HOME: join(scratch, 'home') };
  const ask = (/** @type {string[]} */ ...words) =>
    spawnSync(command, words, { env, cwd: scratch, encoding: 'utf8', timeout: COMMAND_LIMIT_MS });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  check('the installed command tells its version', [ask('--version').stdout.trim() === version]);
  const demo = ask('demo', '--json');
  const last = demo.stdout.trim().split('\n').at(-1) ?? '';
  check(
    `the installed command runs the sample run, with its threads out of the archive${demo.status === 0 ? '' : `:\n${demo.stderr}`}`,
    [demo.status === 0, last.includes('"completed"')],
  );
  const hits = ask('logs', 'last', 'worker_0', '--grep', 'logging initialized');
  check('the installed command searches a log', [hits.status === 0, hits.stdout.includes('logging initialized')]);
}

/** @param {string} folder */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .toSorted();
}

/** @param {string[]} one @param {string[]} other */
function same(one, other) {
  return one.length === other.length && one.every((file, index) => file === other[index]);
}

/** @param {string} what @param {boolean[]} held */
function check(what, held) {
  const passed = held.every(Boolean);
  checks.push({ what, passed });
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${what}\n`);
}

/** @param {string} program @param {string[]} words */
function run(program, words) {
  execFileSync(program, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
