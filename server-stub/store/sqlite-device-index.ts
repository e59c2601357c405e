/**
 * Sorting, searching and counting devices in SQLite: by the index `devices_in_short` alone, which holds all that can be asked for, so
 * that no row is read. An order by name goes along it; any other one, and any search, goes through it once (a few ms for 10,000 devices).
 */
import type { Database, Statement } from 'better-sqlite3';
import type { DeviceIndex, DeviceInstant, DeviceQuestion, DeviceTerm, DeviceText } from './store.ts';

type Value = string | number;
type Read = Statement<Value[], Value>;

/** Questions of a shape have a statement, and people ask few shapes. */
const statementsMax = 200;

const source = 'devices INDEXED BY devices_in_short WHERE deleted = 0 AND hidden = 0';

/** In lower case. SQLite folds ASCII alone; the rest is for the function, which costs ten times as much. */
const folded = (column: string) => `CASE WHEN ${column} GLOB '*[^ -~]*' THEN fold_case(${column}) ELSE lower(${column}) END`;

const texts: Readonly<Record<DeviceText, string>> = {
  id: 'id',
  deviceName: 'name_key',
  userPrincipalName: 'user_key',
  serialNumber: folded('serial_number'),
  model: folded('model'),
  operatingSystem: 'lower(operating_system)',
  osVersion: folded('os_version'),
  managementState: 'lower(management_state)',
  complianceState: 'lower(compliance_state)',
  kind: "platform || ' ' || enrollment_type",
  owner: "ifnull(owner, '')",
};

const instants: Readonly<Record<DeviceInstant, string>> = {
  enrolledAt: 'enrolled_at',
  lastSyncAt: 'last_sync_at',
  certificateEnd: 'certificate_end',
};

export function deviceIndex(database: Database): DeviceIndex {
  database.function('fold_case', { deterministic: true }, (text) => String(text).toLowerCase());
  const statements = new Map<string, Read>();

  function statement(sql: string): Read {
    let found = statements.get(sql);
    if (found === undefined) {
      if (statements.size >= statementsMax) statements.clear();
      found = database.prepare<Value[], Value>(sql).pluck();
      statements.set(sql, found);
    }
    return found;
  }

  return {
    ids(question) {
      const { sql, values } = idsOf(question);
      return statement(sql).all(...values) as string[];
    },
    count(where) {
      const { sql, values } = conditionOf(where);
      return statement(`SELECT count(*) FROM ${source}${sql}`).get(...values) as number;
    },
  };
}

interface Sql {
  sql: string;
  values: Value[];
}

function idsOf({ where, order, skip, limit }: DeviceQuestion): Sql {
  const { sql, values } = conditionOf(where);
  const keys = order.map(
    ({ by, descending }) => `${by in instants ? instants[by as DeviceInstant] : texts[by as DeviceText]}${descending ? ' DESC' : ''}`,
  );
  return {
    sql: `SELECT id FROM ${source}${sql} ORDER BY ${[...keys, 'id'].join(', ')} LIMIT ? OFFSET ?`,
    values: [...values, limit, skip],
  };
}

function conditionOf(where: DeviceTerm | null): Sql {
  if (where === null) return { sql: '', values: [] };
  const { sql, values } = termOf(where);
  return { sql: ` AND ${sql}`, values };
}

/** Each is 0 or 1, never null, so that `NOT` is its opposite. */
function termOf(term: DeviceTerm): Sql {
  switch (term.kind) {
    case 'and':
    case 'or': {
      const parts = term.terms.map(termOf);
      return { sql: `(${parts.map(({ sql }) => sql).join(` ${term.kind} `)})`, values: parts.flatMap(({ values }) => values) };
    }
    case 'not': {
      const { sql, values } = termOf(term.term);
      return { sql: `NOT ${sql}`, values };
    }
    case 'equal':
      return { sql: `(${texts[term.of]}) IN (${term.oneOf.map(() => '?').join(', ')})`, values: [...term.oneOf] };
    case 'contains':
      return { sql: `instr(${texts[term.of]}, ?) > 0`, values: [term.text] };
    case 'startswith':
      return { sql: `instr(${texts[term.of]}, ?) = 1`, values: [term.text] };
    case 'endswith':
      return endsWith(texts[term.of], term.text);
    case 'between':
      return { sql: `${instants[term.of]} BETWEEN ? AND ?`, values: [term.from, term.until] };
  }
}

/** By bytes: what ends with a text ends with its bytes. An empty text has no part, which is null. */
function endsWith(column: string, text: string): Sql {
  if (text === '') return { sql: '1', values: [] };
  const { length } = new TextEncoder().encode(text);
  return { sql: `ifnull(substr(CAST(${column} AS BLOB), -${length}) = CAST(? AS BLOB), 0)`, values: [text] };
}
