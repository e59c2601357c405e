import { describe, expect, it } from 'vitest';
import type { RunResult } from '../result.ts';
import { markup } from './example-records.fixture.ts';
import { exampleRun } from './example-run.fixture.ts';
import { junitXml } from './junit.ts';

const failing = exampleRun({ devices: 50, days: 10, failing: true });

/** Attributes of every element of that name, as an XML reader gets them. */
function elements(xml: string, name: string): Record<string, string>[] {
  return [...xml.matchAll(new RegExp(`<${name}((?: [a-z]+="[^"]*")*)/?>`, 'g'))].map(([, attributes = '']) =>
    Object.fromEntries([...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, read(value)])),
  );
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function read(text: string): string {
  return text.replace(/&(?:#(\d+)|([a-z]+));/g, (_, code?: string, name?: string) =>
    code === undefined ? (entities[name ?? ''] ?? '?') : String.fromCharCode(Number(code)),
  );
}

/** Every `<` begins a tag, every `&` a reference, every tag is closed, and no character is one that XML has no word for. */
function expectWellFormed(xml: string): void {
  const open: string[] = [];
  const body = xml.replace('<?xml version="1.0" encoding="UTF-8"?>\n', '');
  const rest = body.replace(/<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g, (_, slash: string, name: string, __, empty: string) => {
    if (slash === '/') expect(open.pop()).toBe(name);
    else if (empty === '') open.push(name);
    return '';
  });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  expect(body.replace(/&(?:#\d+|amp|lt|gt|quot|apos);/g, '')).not.toContain('&');
  expect(xml).not.toMatch(/(?![\n])\p{Cc}|\p{Cs}|[\ufffe\uffff]/u);
}

function withChecker(name: string, detail: string): string {
  const result: RunResult = { ...failing.result, checkers: [{ name, passed: false, detail }], expectations: [] };
  return junitXml({ ...failing, result });
}

describe('junitXml', () => {
  it('has one test case per checker and per expectation, with what failed and what was not judged', () => {
    const skipped = { name: 'too small', passed: true, judged: false, detail: 'not judged: 5 of 10 devices' } as const;
    const result = { ...failing.result, expectations: [...failing.result.expectations, skipped] };
    const xml = junitXml({ ...failing, result });
    expectWellFormed(xml);
    const verdicts = [...result.checkers, ...result.expectations];
    expect(elements(xml, 'testcase').map(({ name }) => name)).toEqual(verdicts.map(({ name }) => name));
    const failed = verdicts.filter(({ passed }) => !passed);
    expect(failed).toHaveLength(2);
    expect(elements(xml, 'failure').map(({ message }) => message)).toEqual(failed.map(({ detail }) => detail));
    expect(elements(xml, 'skipped').map(({ message }) => message)).toEqual([skipped.detail]);
    const [all] = elements(xml, 'testsuites');
    expect(all).toMatchObject({ tests: '9', failures: '2', errors: '0', skipped: '1', time: '2.310' });
    expect(elements(xml, 'testsuite').map(({ tests, failures }) => [tests, failures])).toEqual([
      ['6', '1'],
      ['3', '1'],
    ]);
  });

  it('has the seed, the digest and the command that repeats the run', () => {
    const properties = Object.fromEntries(elements(junitXml(failing), 'property').map(({ name, value }) => [name, value]));
    expect(properties).toMatchObject({ scenario: markup, seed: 'violet-7', digest: failing.result.digest, replay: failing.replay });
  });

  it('is valid XML whatever names and details hold', () => {
    const evil = (sign: string[]) => `${markup} ${sign.join('.')} "a" 'b' ]]> &amp; \t\r\n é 😀`;
    const wordless = ['\u0000', '\u0007', '\u001b[2J', '\ufffe', '\ud800'];
    const xml = withChecker(evil(wordless), evil(wordless));
    expectWellFormed(xml);
    const [{ message } = { message: '' }] = elements(xml, 'failure');
    expect(message).toBe(evil(['\ufffd', '\ufffd', '\ufffd[2J', '\ufffd', '\ufffd']));
  });

  it('tells test cases of the same name apart', () => {
    const twice = [...failing.result.expectations, ...failing.result.expectations];
    const xml = junitXml({ ...failing, result: { ...failing.result, expectations: twice } });
    const names = elements(xml, 'testcase').map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is there for a run that nothing was asked of', () => {
    const xml = junitXml({ ...failing, result: { ...failing.result, checkers: [], expectations: [] } });
    expectWellFormed(xml);
    expect(elements(xml, 'testsuites')[0]).toMatchObject({ tests: '0', failures: '0' });
  });
});
