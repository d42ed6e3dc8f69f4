import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/api/engine-api.ts';
import { indexFile, queryRuns } from '../../electron/engine/query/query-runs.ts';
import type { RunsSearchHit } from '../../shared/contract/queries.ts';
import { QUERY_EXAMPLES } from '../../shared/query-examples.ts';
import { drover } from '../helpers/drover-command.ts';
import { EngineRig } from '../helpers/engine-rig.ts';

const FILES = { 'a.txt': 'a', 'b.txt': 'bb', 'bad.txt': 'c' };
/** Fails on one file, and on its second attempt too. */
const STEP = {
  dispatch: 'each',
  command: ['sh', '-c', 'case "$1" in *bad*) exit 7;; esac; echo x > "$2"', 'sh', '{file}', '{output}'],
  outputs: ['{stem}.out'],
  retries: 1,
};

async function rigWithRun() {
  const rig = new EngineRig();
  const run = await rig.run({ steps: [STEP], files: FILES, devices: 'cpu:2' });
  await run.ended();
  const ask = async (sql: string) => {
    const answer = await rig.engine.query({ sql, limit: 1_000, rebuild: false });
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.value.rows;
  };
  return { rig, run, ask };
}

describe('a question over all runs', () => {
  it('is answered from what the journals say', async () => {
    const { run, ask } = await rigWithRun();
    expect(await ask('select run, pipeline, status, items, complete, failed from runs')).toEqual([
      [run.id, expect.any(String), 'completed-with-failures', 3, 2, 1],
    ]);
    expect(await ask('select status, attempts, reason from items order by file')).toEqual([
      ['complete', 1, null],
      ['complete', 1, null],
      ['failed', 2, 'exit-code'],
    ]);
    expect(await ask('select count(*), sum(final) from problems where item is not null')).toEqual([[2, 1]]);
    expect(await ask('select count(*) from workers')).toEqual([[2]]);
  });

  it('sees a run that has gone on, and none that was deleted', async () => {
    const { rig, run, ask } = await rigWithRun();
    expect(await ask("select attempts from items where status = 'failed'")).toEqual([[2]]);
    await rig.engine.retryRun({ run: run.id, items: [], detach: false });
    await run.ended();
    expect(await ask('select count(*) from problems where item is not null')).toEqual([[4]]);
    rmSync(run.directory, { recursive: true });
    expect(await ask('select count(*) from runs')).toEqual([[0]]);
    expect(await ask('select count(*) from items')).toEqual([[0]]);
  });

  it('has ready ones, each of which has an answer', async () => {
    const { ask } = await rigWithRun();
    for (const { sql } of QUERY_EXAMPLES) await expect(ask(sql)).resolves.toBeInstanceOf(Array);
  });

  it('makes a damaged index anew', async () => {
    const { rig, ask } = await rigWithRun();
    await ask('select 1');
    writeFileSync(indexFile(rig.home), 'this is no database, and longer than the head of one'.repeat(100));
    expect(await ask('select count(*) from items')).toEqual([[3]]);
  });

  it('names runs that cannot be read, and answers about the others', async () => {
    const { rig, run } = await rigWithRun();
    const other = await rig.run({ steps: [STEP], files: FILES });
    await other.ended();
    writeFileSync(join(other.directory, 'journal.ndjson'), 'no event\n');
    const answer = await rig.engine.query({ sql: 'select run from runs', limit: 10, rebuild: true });
    expect(answer).toMatchObject({ ok: true, value: { rows: [[run.id]], unreadable: [other.id] } });
  });

  it('may only read', async () => {
    const { rig, ask } = await rigWithRun();
    const refused = { ok: false, error: { message: expect.stringContaining('may only read') as string } };
    for (const sql of ['delete from runs', "attach '/etc/hostname' as other", 'pragma journal_mode', 'drop table runs'])
      expect(await rig.engine.query({ sql, limit: 10, rebuild: false })).toMatchObject(refused);
    expect(await ask('select count(*) from runs')).toEqual([[1]]);
  });

  it.each([
    'select 1; delete from runs',
    'select count(*) from runs;; drop table runs;',
    "select 1 -- one\n; -- and\n /* more */ attach '/tmp/x' as y",
    'select 1\0; delete from runs',
    'select 1; select 2',
  ])('is one statement, and nothing behind it is passed over: %j', async (sql) => {
    const { rig } = await rigWithRun();
    const answer = await rig.engine.query({ sql, limit: 10, rebuild: false });
    expect(answer).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/more than one statement; after the first comes "/) as string },
    });
  });

  it('may end in a semicolon, blanks and comments', async () => {
    const { ask } = await rigWithRun();
    expect(await ask("-- first\nselect ';' /* one */ ; ; -- the end")).toEqual([[';']]);
    expect(await ask('select 1; /* not closed')).toEqual([[1]]);
  });

  it('has an answer of bounded size and takes bounded memory', async () => {
    const { rig } = await rigWithRun();
    const numbers = 'with recursive n(x) as (select 1 union all select x + 1 from n where x < 1000000)';
    const large = await rig.engine.query({
      sql: `${numbers} select hex(zeroblob(1000)) from n`,
      limit: 1_000_000,
      rebuild: false,
    });
    expect(large).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('more than 128 MB') as string },
    });
    const order = { index: indexFile(rig.home), runs: join(rig.home, 'runs'), limit: 1, rebuild: false };
    const sql = `${numbers} select length(group_concat(hex(zeroblob(1000)))) from n`;
    const greedy = await queryRuns({ ...order, sql }, { maxMemory: 200 * 1024 * 1024 });
    expect(greedy).toMatchObject({ ok: false, error: { message: expect.stringContaining('of memory') as string } });
  });

  it('is ended when it has no end', async () => {
    const { rig } = await rigWithRun();
    const order = { index: indexFile(rig.home), limit: 1, rebuild: false };
    const sql = 'with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n';
    const answer = await queryRuns({ ...order, runs: join(rig.home, 'runs'), sql }, { maxMs: 300 });
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('0.3 s') as string } });
  });

  it('may be asked by several processes at once', async () => {
    const { rig } = await rigWithRun();
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => drover(rig.home, 'query', 'select count(*) as n from items', '--json')),
    );
    expect(answers.map(({ status }) => status)).toEqual([0, 0, 0]);
    for (const { stdout } of answers) expect(JSON.parse(stdout)).toMatchObject({ rows: [{ n: 3 }] });
  });

  it('has the same answer in all of many processes that find no index', async () => {
    const { rig } = await rigWithRun();
    for (const round of [1, 2, 3, 4, 5]) {
      const index = join(rig.home, `index-${round}.sqlite`);
      const order = {
        index,
        runs: join(rig.home, 'runs'),
        limit: 1,
        rebuild: false,
        sql: 'select count(*) from items',
      };
      const answers = await Promise.all(Array.from({ length: 6 }, () => queryRuns(order)));
      expect(answers.map((answer) => (answer.ok ? answer.value.rows : answer.error))).toEqual(answers.map(() => [[3]]));
    }
  });
});

describe('drover query', () => {
  it('prints a table, and with --csv every row in a form for spreadsheets', async () => {
    const { rig } = await rigWithRun();
    const table = await drover(rig.home, 'query', 'select item, status from items order by item');
    expect(table.stdout.split('\n')[0]).toMatch(/^item +status$/);
    const csv = await drover(rig.home, 'query', '--example', 'failures-by-reason', '--csv');
    expect(csv.stdout).toMatch(/^reason,failures,final,runs,example\r\nexit-code,2,1,1,/);
  });

  it('refuses what is no question with status 2 and says where the tables are listed', async () => {
    const { rig } = await rigWithRun();
    const end = await drover(rig.home, 'query', 'select x from nowhere');
    expect([end.status, end.stderr]).toEqual([2, expect.stringMatching(/no such table: nowhere[\s\S]*--tables/)]);
    expect((await drover(rig.home, 'query', '--example', 'slowest-item')).stderr).toContain('slowest-items');
  });
});

/** All answers to a search, each from where the one before has ended: an answer has what was found in its time. */
async function searchToEnd(engine: Engine, request: Parameters<Engine['searchRuns']>[0]) {
  const hits: RunsSearchHit[] = [];
  let runs = 0;
  for (let from = request.from; ; ) {
    const answer = await engine.searchRuns({ ...request, from });
    if (!answer.ok) throw new Error(answer.error.message);
    hits.push(...answer.value.hits);
    runs += answer.value.runs;
    from = answer.value.next;
    if (from === null) return { hits, runs };
  }
}

describe('a search in the logs of all runs', () => {
  const says = (word: string) => ({
    dispatch: 'each',
    command: ['sh', '-c', `echo "${word} one"; echo "${word} two"`],
  });

  it('finds lines of every run, the newest first, and says where they stand', async () => {
    const rig = new EngineRig();
    const older = await rig.run({ steps: [says('needle')] });
    await older.ended();
    const newer = await rig.run({ steps: [says('needle')] });
    await newer.ended();
    const request = { pattern: 'needle two', limit: 100, pipeline: null, source: null, from: null };
    const { hits, runs } = await searchToEnd(rig.engine, request);
    expect([...new Set(hits.map(({ run }) => run))]).toEqual([newer.id, older.id]);
    expect(runs).toBe(2);
    const first = hits.find(({ source }) => source === 'worker_0');
    const log = await rig.engine.readLog({ run: newer.id, source: 'worker_0', offset: first?.offset ?? 0, length: 10 });
    expect(log.ok && Buffer.from(log.value.bytes).toString()).toBe('needle two');
  });

  it('goes on where an answer that was full has ended', async () => {
    const rig = new EngineRig();
    for (let made = 0; made < 2; made += 1) await (await rig.run({ steps: [says('needle')] })).ended();
    const request = { pattern: 'needle one', limit: 1, pipeline: null, source: 'worker_0' };
    const first = await rig.engine.searchRuns({ ...request, from: null });
    if (!first.ok || first.value.next === null) throw new Error('The first answer was not full');
    const second = await rig.engine.searchRuns({ ...request, from: first.value.next });
    const run = first.value.hits[0]?.run ?? '';
    expect(first.value.next).toMatch(new RegExp(`^${run}/step_001/worker_0@\\d+:\\d+$`));
    const hits = second.ok ? second.value.hits : [];
    expect(hits).toHaveLength(1);
    expect(hits[0]?.run).not.toBe(run);
  });

  it('is a command', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [says('needle')] });
    await run.ended();
    const end = await drover(rig.home, 'search', 'needle t.o', '--source', 'worker_0');
    expect(end.stdout).toMatch(new RegExp(`^${run.id}  step 1 worker_0:\\d+: needle two\n$`));
    expect(end.stderr).toContain('in 1 run');
  });

  it('is a command that says what it has not searched yet, and goes on there', async () => {
    const rig = new EngineRig();
    for (let made = 0; made < 2; made += 1) await (await rig.run({ steps: [says('needle')] })).ended();
    const texts: string[] = [];
    let from: string[] = [];
    for (let calls = 0; calls < 4; calls += 1) {
      const end = await drover(rig.home, 'search', 'needle', '--source', 'worker_0', '--limit', '1', ...from);
      texts.push(end.stdout.trim().split(': ').at(-1) ?? '');
      const place = /"--from (\S+)"/.exec(end.stderr)?.[1];
      if (place === undefined) throw new Error(end.stderr);
      from = ['--from', place];
    }
    expect(texts).toEqual(['needle one', 'needle two', 'needle one', 'needle two']);
    const rest = await drover(rig.home, 'search', 'needle', '--source', 'worker_0', ...from);
    expect([rest.status, rest.stdout, rest.stderr]).toEqual([0, '', expect.not.stringContaining('not searched')]);
    expect(await drover(rig.home, 'search', 'needle', '--from', 'there')).toMatchObject({ status: 2 });
  });
});
