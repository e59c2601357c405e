import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunData, RunRows } from '../result.ts';
import { markup } from './example-records.fixture.ts';
import { exampleRun } from './example-run.fixture.ts';
import { writeRunFile } from './run-file.ts';
import { partPath, writePart } from './run-part.ts';

function partOf({ rows }: { rows: RunRows }): string {
  const path = partPath(parts, 0);
  writePart(path, rows);
  return path;
}

function write(path: string, data: RunData & { rows: RunRows }): void {
  writeRunFile(path, data, [partOf(data)]);
}

const parts = mkdtempSync(join(tmpdir(), 'mockfleet-run-parts-'));
const folder = mkdtempSync(join(tmpdir(), 'mockfleet-run-file-'));
afterAll(() => {
  for (const one of [folder, parts]) rmSync(one, { recursive: true, force: true });
});

describe('writeRunFile', () => {
  const data = exampleRun({ devices: 1000, days: 100 });
  const path = join(folder, 'run.sqlite');
  write(path, data);
  const database = new Database(path, { readonly: true });
  afterAll(() => database.close());
  const counted = (sql: string) => Object.fromEntries(database.prepare(sql).raw().all() as [string, number][]);

  it('keeps what the run is', () => {
    const run = Object.fromEntries(database.prepare('SELECT key, value FROM run').raw().all() as [string, string][]);
    expect(JSON.parse(run.result ?? '')).toEqual(data.result);
    expect(run).toMatchObject({
      scenario: markup,
      seed: 'violet-7',
      digest: data.result.digest,
      'scenario-text': data.scenarioText,
      replay: data.replay,
      from: '2026-01-01T00:00:00.000Z',
      'mockfleet-version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });

  it('adds up to the result: devices by state, actions by outcome', () => {
    expect(counted('SELECT state, count(*) FROM devices GROUP BY state')).toEqual(data.result.states);
    for (const [action, outcomes] of Object.entries(data.result.actions))
      expect(counted(`SELECT status, count(*) FROM commands WHERE action = '${action}' GROUP BY status`)).toEqual(outcomes);
  });

  it('has every state at every sample, and the fleet is whole each day', () => {
    const days = database.prepare('SELECT day, sum(count) AS devices FROM state_series GROUP BY day ORDER BY day').all();
    expect(days).toEqual(Array.from({ length: 101 }, (_, day) => ({ day, devices: 1000 })));
  });

  it('writes instants that sort as text and that SQLite understands', () => {
    const row = database
      .prepare(
        "SELECT enrolled_at, unixepoch(enrolled_at) AS seconds FROM devices WHERE state = 'managed' ORDER BY enrolled_at DESC LIMIT 1",
      )
      .get() as { enrolled_at: string; seconds: number };
    expect(row.enrolled_at).toMatch(/^2026-01-01T00:\d\d:\d\d\.000Z$/);
    expect(row.seconds * 1000).toBe(Date.parse(row.enrolled_at));
  });

  it('joins devices and their commands by index', () => {
    const plan = database
      .prepare("EXPLAIN QUERY PLAN SELECT count(*) FROM devices JOIN commands USING (device_index) WHERE state = 'wipePending'")
      .all() as { detail: string }[];
    expect(plan.every(({ detail }) => detail.includes('USING') && detail.includes('INDEX'))).toBe(true);
  });

  it('NC-13 keeps what policies found, the mails, the sign-ins and compliance over time', () => {
    const judged = exampleRun({ devices: 50, days: 20, judged: true });
    const first = [...judged.rows.devices()].find(({ record }) => record !== null);
    const result = {
      policyId: 'policy-1',
      policyVersion: 1,
      state: 'nonCompliant',
      settings: [],
      since: judged.from,
      isMarked: true,
      fired: ['a', 'b'],
      errorSince: null,
      takesActions: true,
    } as const;
    if (first?.record != null) first.record.compliance = { ...first.record.compliance, results: [result] };
    const file = join(folder, 'judged.sqlite');
    write(file, judged);
    const kept = new Database(file, { readonly: true });
    try {
      const all = (table: string) => kept.prepare(`SELECT * FROM ${table}`).all();
      expect(all('policy_results')).toEqual([
        {
          device_index: first?.index,
          policy_id: 'policy-1',
          state: 'nonCompliant',
          noncompliant_since: '2026-01-01T00:00:00.000Z',
          marked: 1,
          actions_fired: 2,
        },
      ]);
      expect(all('mails')).toMatchObject([
        {
          id: 'mail-1',
          device_id: 'device-1',
          policy_id: 'policy-1',
          subject: markup,
          state: 'sent',
          attempts: 2,
          recipients: '["adele@contoso.example","helpdesk@contoso.example"]',
        },
      ]);
      expect(all('sign_ins')).toEqual([
        {
          at: '2026-01-03T00:00:00.000Z',
          user_principal_name: 'adele@contoso.example',
          app: 'outlook',
          device_id: 'device-1',
          outcome: 'device-not-compliant',
          background: 1,
          compliant: 0,
          device_index: null,
        },
      ]);
      const days = kept.prepare('SELECT day, sum(count) AS devices FROM compliance_series GROUP BY day').all();
      expect(days).toEqual(Array.from({ length: 20 }, (_, day) => ({ day, devices: 1000 })));
    } finally {
      kept.close();
    }
  });

  it('CN-06 CN-13 keeps each custom notification that was sent, with what became of it and without its text', () => {
    const notified = exampleRun({ devices: 10, days: 5, notified: true });
    const file = join(folder, 'notified.sqlite');
    write(file, notified);
    const kept = new Database(file, { readonly: true });
    try {
      const rows = kept.prepare('SELECT * FROM notifications ORDER BY sent_at').all();
      const nothing = { lost: 0, expired: 0, gone: 0, banner: 0, lock_screen: 0, in_app: 0, notification_centre: 0 };
      const unseen = { no_app: 0, not_allowed: 0, no_google_play: 0, ignored: 0 };
      const first = { id: 'notification/1', sent_at: '2026-01-02T00:00:00.000Z', device_id: null, groups: 3, pushes: 1000, waiting: 49 };
      const second = {
        id: 'device-1/notification/7',
        sent_at: '2026-01-03T00:00:00.000Z',
        device_id: 'device-1',
        groups: 0,
        pushes: 1,
        waiting: 0,
      };
      expect(rows).toMatchObject([
        {
          ...first,
          ...nothing,
          lost: 8,
          expired: 20,
          gone: 2,
          banner: 700,
          lock_screen: 120,
          ...unseen,
          no_app: 40,
          not_allowed: 60,
          ignored: 1,
        },
        { ...second, ...nothing, in_app: 1, ...unseen },
      ]);
      const delays = kept.prepare('SELECT up_to_ms AS upToMs, count FROM notification_delays').all();
      expect(delays).toEqual(notified.result.notifications.delays);
    } finally {
      kept.close();
    }
  });

  it('replaces a file that is there, and leaves the old one and nothing else when it fails half-way', () => {
    const old = join(folder, 'old.sqlite');
    writeFileSync(old, 'of another run');
    const before = readdirSync(folder);
    expect(() => writeRunFile(old, data, [partOf(data), join(folder, 'gone.sqlite')])).toThrow();
    expect(readdirSync(folder)).toEqual(before);
    write(old, data);
    expect(readdirSync(folder)).toEqual(before);
    expect(existsSync(`${old}-journal`)).toBe(false);
    const replaced = new Database(old, { readonly: true });
    expect(replaced.prepare('SELECT count(*) FROM devices').pluck().get()).toBe(1000);
    replaced.close();
  });
});
