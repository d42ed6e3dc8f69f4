/** An example query over all runs. */
export interface QueryExample {
  name: string;
  title: string;
  sql: string;
}

/** Example queries, for the command and the page. */
export const QUERY_EXAMPLES: readonly QueryExample[] = [
  {
    name: 'slowest-items',
    title: 'The slowest items',
    sql: `SELECT file, seconds, cost, attempts, run, step
FROM items
WHERE status = 'complete'
ORDER BY seconds DESC
LIMIT 20`,
  },
  {
    name: 'failures-by-reason',
    title: 'Failed attempts by reason',
    sql: `SELECT reason, count(*) AS failures, sum(final) AS final, count(DISTINCT run) AS runs, min(evidence) AS example
FROM problems
WHERE item IS NOT NULL
GROUP BY reason
ORDER BY failures DESC`,
  },
  {
    name: 'throughput-by-device',
    title: 'Throughput by device and pipeline',
    sql: `SELECT runs.pipeline, steps.name AS step, workers.device_name AS device, sum(workers.cost) / nullif(sum(workers.busy_seconds), 0) AS cost_per_second,
       sum(workers.complete) AS items, sum(workers.busy_seconds) AS busy_seconds
FROM workers
JOIN steps USING (run, step)
JOIN runs USING (run)
GROUP BY runs.pipeline, steps.name, workers.device_name
ORDER BY busy_seconds DESC`,
  },
  {
    name: 'energy',
    title: 'Energy by pipeline',
    sql: `SELECT runs.pipeline, count(DISTINCT runs.run) AS runs, sum(devices.energy) / 3.6e6 AS kilowatt_hours,
       sum(devices.complete) AS items, sum(devices.energy) / nullif(sum(devices.complete), 0) AS joules_per_item
FROM devices
JOIN runs USING (run)
GROUP BY runs.pipeline
ORDER BY kilowatt_hours DESC`,
  },
  {
    name: 'share-of-ideal',
    title: 'Steps whose devices waited most',
    sql: `SELECT run, step, name, share_of_ideal, seconds, items
FROM steps
WHERE share_of_ideal IS NOT NULL AND seconds > 60
ORDER BY share_of_ideal
LIMIT 20`,
  },
  {
    name: 'tokens',
    title: 'Tokens by month',
    sql: `SELECT substr(runs.created, 1, 7) AS month, runs.pipeline, sum(input_tokens) AS input, sum(output_tokens) AS output,
       sum(cache_read_tokens) AS cache_read, sum(cache_creation_tokens) AS cache_creation
FROM tokens
JOIN runs USING (run)
GROUP BY month, runs.pipeline
ORDER BY month DESC`,
  },
  {
    name: 'retried-files',
    title: 'Files that needed more than one attempt',
    sql: `SELECT file, count(*) AS runs, max(attempts) AS attempts, group_concat(DISTINCT reason) AS reasons
FROM items
WHERE attempts > 1
GROUP BY file
ORDER BY attempts DESC, runs DESC
LIMIT 50`,
  },
];
