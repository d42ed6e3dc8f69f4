// One look at every row of a table, in plain SQLite. Prints the letters of a column.
// usage: scan-table.mjs DATABASE TABLE COLUMN
import { DatabaseSync } from 'node:sqlite';

const [, , file, table, column] = process.argv;
const database = new DatabaseSync(file, { readOnly: true });
const { letters } = database.prepare(`SELECT sum(length(${column})) AS letters FROM ${table}`).get();
process.stdout.write(`${letters}\n`);
database.close();
